// Builds a project and puts together what goes into the image: at /out/app the files
// that the program reads, and a report of what starts it. With "test" told, it runs the
// project's tests and nothing else. It has no network; packages are beside the source.
import { cpSync, existsSync, lstatSync, mkdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isKey, keysStay, testsOf } from './aside.mjs';
import { ROOT, runAll } from './run.mjs';
import { listNatives, nativeFor, packageDirs, readJSON, sorted, told, walk } from './tree.mjs';

const PROJECT = join(ROOT, told.project ?? '.');
const APP = '/out/app';
const began = Date.now();

function pack() {
  const report = { problems: [], warnings: [] };
  const start = choose(report);
  mkdirSync(APP, { recursive: true });
  if (start !== undefined) {
    if (told.output) takeOutput();
    else takeSource(start, report);
    takeGenerated();
    report.arguments = [...(start.flags ?? []), join(told.app, start.path), ...(start.args ?? [])];
  }
  listNatives(APP, '/out/app.natives');
  writeFileSync('/out/report.json', JSON.stringify(report));
}

// Returns what starts the program: of the first group of candidates with one that is
// there, the one.
function choose(report) {
  const there = told.starts.map(found).filter((s) => s.path !== undefined);
  const group = Math.min(...there.map((s) => s.group));
  const best = there.filter((s) => s.group === group);
  if (best.length > 1 && group === 3) {
    report.problems.push({ message: `several files may be the program: ${best.map((s) => s.file).join(', ')}`, hint: `say which: "entrypoint: ${best[0].file}"` });
    return undefined;
  }
  if (best.length > 0) return best[0];
  const [first] = told.starts;
  const wanted = first.bin ? `no dependency of production has a program "${first.bin}"` : `the build does not make ${join(told.output ?? '', first.file)} (${first.why})`;
  report.problems.push({ message: wanted, hint: made(first) });
  return undefined;
}

// Says what a build made that may have been meant.
function made(start) {
  const names = [];
  if (start.file) {
    for (const dir of [dirname(start.file), 'dist', 'build', 'out', 'lib']) {
      for (const e of sorted(join(PROJECT, dir))) if (/\.[cm]?js$/.test(e.name)) names.push(join(dir, e.name));
    }
  }
  const some = [...new Set(names)].slice(0, 5);
  return some.length > 0 ? `there are ${some.join(', ')}; name one as "entrypoint"` : 'name the file that it makes as "entrypoint"';
}

// Adds to a candidate where it is, relative to the image's directory.
function found(start) {
  if (start.bin) {
    const file = bin(start.bin);
    return file === undefined ? start : { ...start, path: relative(ROOT, file) };
  }
  if (told.output) {
    const file = [told.project, '.'].map((dir) => join(dir, start.file)).find((f) => existsSync(join(PROJECT, told.output, f)));
    return { ...start, path: file };
  }
  const file = resolve(join(PROJECT, start.file));
  return file === undefined ? start : { ...start, path: relative(ROOT, file) };
}

// Returns the file that node runs when it is given a name.
function resolve(name) {
  const isFile = (f) => existsSync(f) && statSync(f).isFile();
  if (isFile(name)) return name;
  for (const ext of ['.js', '.json', '.node']) if (isFile(name + ext)) return name + ext;
  const main = readJSON(join(name, 'package.json'))?.main;
  if (main && join(name, main) !== name && (isFile(join(name, main)) || isFile(join(name, `${main}.js`)))) return resolve(join(name, main));
  return isFile(join(name, 'index.js')) ? join(name, 'index.js') : undefined;
}

// Returns the file of a program of a package that production has.
function bin(name) {
  for (const dir of new Set([PROJECT, ROOT])) {
    const manifest = readJSON(join(dir, 'package.json')) ?? {};
    for (const dep of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      const at = [join(PROJECT, 'node_modules', dep), join(ROOT, 'node_modules', dep)].find((d) => existsSync(join(d, 'package.json')));
      if (at === undefined) continue;
      const { bin: bins, name: own } = readJSON(join(at, 'package.json')) ?? {};
      const file = typeof bins === 'string' ? { [own.split('/').pop()]: bins }[name] : bins?.[name];
      if (file) return join(at, file);
    }
  }
  return undefined;
}

// Takes what a framework made: all of the program, with the parts of packages that it
// found the program to need. Those are the builder's, so native ones stay behind.
function takeOutput() {
  const from = join(PROJECT, told.output);
  cpSync(from, APP, { recursive: true, verbatimSymlinks: true });
  const next = [told.project, '.'].map((dir) => join(APP, dir)).find((dir) => existsSync(join(dir, '.next')));
  if (next !== undefined) {
    for (const dir of ['.next/static', 'public']) {
      if (existsSync(join(PROJECT, dir))) cpSync(join(PROJECT, dir), join(next, dir), { recursive: true });
    }
  }
  if (!told.traced) return;
  const roots = new Set(['.', told.project, ...told.members, 'server']);
  for (const dir of [...roots].flatMap((r) => packageDirs(join(APP, r)))) {
    if (readJSON(join(dir, 'package.json'))?.cpu) rmSync(dir, { recursive: true, force: true });
  }
  walk(APP, (name, entry) => {
    if (entry.isFile() && name.includes('node_modules/') && nativeFor(join(APP, name)) !== undefined) rmSync(join(APP, name));
  });
}

// Takes the files of the project, and of the members of its workspace that it needs.
function takeSource(start, report) {
  const keys = new Set();
  for (const dir of told.members) {
    const keeps = dir === told.project && isKept(start) ? new Set([...told.keeps, 'package.json']) : undefined;
    const from = join(ROOT, dir);
    const isTest = testsOf(from);
    cpSync(from, join(APP, dir), { recursive: true, verbatimSymlinks: true, filter: (file) => {
      if (!stays(from, file, keeps, start, isTest)) return false;
      const secret = lstatSync(file).isFile() && isKey(file);
      if (secret) keys.add(relative(ROOT, file));
      return !secret;
    } });
  }
  if (keys.size > 0) report.warnings.push({ message: keysStay.message([...keys]), hint: keysStay.hint });
  removeEmpty(APP);
}

// Reports whether what is started is what a framework makes. A server of the project's
// own, which has the framework's in it, may read anything beside that.
function isKept(start) {
  if (!(told.keeps?.length > 0)) return false;
  return start.bin !== undefined || told.keeps.includes(relative(PROJECT, join(ROOT, start.path)).split('/')[0]);
}

// Removes directories without files: their sources stayed behind.
function removeEmpty(dir) {
  for (const entry of sorted(dir)) if (entry.isDirectory()) removeEmpty(join(dir, entry.name));
  if (dir !== APP && sorted(dir).length === 0) rmdirSync(dir);
}

// Packages of production by which a program reads the compiler's settings when it starts.
const readers = ['tsconfig-paths', 'ts-node', 'tsx'];

function readsSettings() {
  return ['.', ...told.members ?? []].some((dir) => {
    const { dependencies } = readJSON(join(ROOT, dir, 'package.json')) ?? {};
    return readers.some((name) => dependencies?.[name] !== undefined);
  });
}

const settingsStay = readsSettings();
const never = new Set(['node_modules', 'package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'turbo.json', 'nx.json', ...told.leave ?? []]);

// Reports whether a file goes into the image. Hidden files and what only the build reads
// stay behind: an image must not carry secrets by accident.
function stays(from, file, keeps, start, isTest) {
  if (file === from) return true;
  const rel = relative(from, file);
  const [top] = rel.split('/');
  const name = rel.split('/').pop();
  if (keeps !== undefined && !keeps.has(top)) return false;
  if (start.path?.startsWith(`${relative(ROOT, file)}/`)) return true; // a hidden directory that is the program
  if (told.made?.some((made) => rel === made || rel.startsWith(`${made}/`))) return !told.without?.includes(rel);
  if (isTest(rel) || isCoverage(file)) return false;
  if (never.has(name) || name.startsWith('.') && !rel.startsWith('.well-known')) return false;
  if (/^(dockerfile|containerfile|(docker-)?compose.*\.ya?ml$)/i.test(name) || /\.(tsbuildinfo|log)$/.test(name)) return false;
  const built = told.runs?.length > 0 && !/\.[cm]?tsx?$/.test(start.path);
  if (built && (/\.[cm]?tsx?$/.test(name) && !name.endsWith('.d.ts') || /^tsconfig.*\.json$/.test(name) && !settingsStay)) return false;
  return true;
}

// Reports whether a directory is what tests tell of the code that they reached.
function isCoverage(file) {
  return ['lcov.info', 'coverage-final.json', 'clover.xml', 'lcov-report'].some((name) => existsSync(join(file, name)));
}

// Names in node_modules that are of managers and tools that build.
const ofTools = new Set(['.bin', '.cache', '.pnpm', '.vite', '.vite-temp', '.vitest', '.modules.yaml', '.package-lock.json', '.yarn-state.yml', '.tmp', '.astro', '.c12']);

// Takes what the project's scripts made in its packages: generated clients, patches.
function takeGenerated() {
  if (!(told.runs?.length > 0) || told.output) return;
  const patched = told.runs.some((r) => /install|prepare/.test(r.script ?? ''));
  for (const dir of new Set(['.', ...told.members])) {
    const modules = join(ROOT, dir, 'node_modules');
    for (const at of [modules, ...sorted(join(modules, '.pnpm')).map((e) => join(modules, '.pnpm', e.name, 'node_modules'))]) {
      for (const e of sorted(at)) {
        if (e.isDirectory() && e.name.startsWith('.') && !ofTools.has(e.name)) take(join(at, e.name));
      }
    }
    if (!patched || !existsSync(modules)) continue;
    walk(modules, (name, entry) => {
      const file = join(modules, name);
      if (entry.isFile() && !/^\.(bin|cache|vite)/.test(name) && lstatSync(file).ctimeMs > began) take(file);
    });
  }
}

function take(path) {
  const to = join(APP, relative(ROOT, path));
  mkdirSync(dirname(to), { recursive: true });
  cpSync(path, to, { recursive: true, verbatimSymlinks: true });
}

await runAll();
if (!told.test) pack();
