// Holds what was installed against the lock.
import { join } from 'node:path';
import { fail, packageOf, readJSON, told } from './tree.mjs';

// Ends the step where packages of directories, parents first, are not in the lock, or
// lack what it has for them: managers pass over what is optional and cannot be had. The
// manifests are those of the project.
export function compare(dirs, manifests) {
  const expected = told.expected;
  if (!expected) return;
  const locked = new Set(expected.locked);
  const found = new Map(dirs.map((dir) => [dir, readJSON(join(dir, 'package.json')) ?? {}]));
  const bundled = new Set();
  const names = new Set();
  const more = new Set();
  for (const [dir, manifest] of found) {
    const name = packageOf(dir);
    names.add(name).add(manifest.name);
    const parent = dir.slice(0, dir.lastIndexOf('/node_modules/'));
    // What a package brings along is of its archive, whose sum is in the lock. Its own
    // manifest names of that what it needs itself, and not what those need.
    if (bundled.has(parent) || bundles(found.get(parent))) bundled.add(dir);
    else if (![name, manifest.name].some((n) => locked.has(`${n}@`) || locked.has(`${n}@${released(manifest)}`))) more.add(`${name} ${manifest.version}`);
  }
  const less = lacking([...manifests, ...found.values()], expected, names);
  if (more.size > 0) fail(`${told.lock} does not have ${list(more)}, which was installed: write the lock anew with ${tool}, and commit it.`);
  if (less.size > 0) fail(`${told.lock} has ${list(less)}, which was not installed: the registry did not give it. Build again, or look whether it is there.`);
}

const tool = told.manager === 'berry' ? 'yarn' : told.manager;

function list(names) {
  return [...names].sort().join(', ');
}

// Reports whether a package brings others along in its own archive.
function bundles(manifest) {
  const list = manifest?.bundleDependencies ?? manifest?.bundledDependencies;
  return list === true || (Array.isArray(list) && list.length > 0);
}

// Returns a version as locks have it.
function released(manifest) {
  return String(manifest.version).trim().replace(/^[v=]+/, '').replace(/\+.*$/, '');
}

// Returns the packages that the lock has for what manifests ask for, and that are nowhere.
function lacking(manifests, expected, names) {
  const wanted = new Set(expected.wanted);
  const less = new Set();
  for (const manifest of manifests) {
    const optional = expected.undecided ? {} : manifest.optionalDependencies;
    const asked = { ...manifest.dependencies, ...optional };
    if (expected.undecided) for (const name of Object.keys(manifest.optionalDependencies ?? {})) delete asked[name];
    for (const name of Object.keys(asked)) if (wanted.has(name) && !names.has(name)) less.add(name);
  }
  return less;
}
