// Runs the install scripts of the packages that the spec names, over what was
// installed, and leaves what they made where it is told. Scripts that compile get the
// cross compiler and the headers of the toolchain's Node; those that look for something
// that was compiled before are told the target in the words that they know.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { askedFor, heard } from './heard.mjs';
import { fail, listNatives, nativeFor, packageDirs, readJSON, sorted, told, walk } from './tree.mjs';

const OUT = join(told.out, 'app');
const env = {
  ...process.env,
  npm_config_platform: 'linux',
  npm_config_arch: told.cpu,
  npm_config_target_platform: 'linux',
  npm_config_target_arch: told.cpu,
  npm_config_libc: told.libc === 'glibc' ? '' : told.libc,
  npm_config_target_libc: told.libc,
  npm_config_nodedir: dirname(dirname(process.execPath)),
  npm_config_build_from_source: 'true',
  LIBC: told.libc,
};
if (told.cross) {
  Object.assign(env, {
    CC: `${told.cross}-gcc`, CXX: `${told.cross}-g++`, AR: `${told.cross}-ar`, LINK: `${told.cross}-g++`, STRIP: `${told.cross}-strip`,
    CC_host: 'gcc', CXX_host: 'g++',
  });
}

mkdirSync(OUT, { recursive: true });
const gyp = '/usr/local/lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js';
const left = new Set(told.scripts);
const seen = new Set();
for (const dir of [told.over, ...membersOf(told.over)].flatMap((d) => packageDirs(d))) {
  const manifest = readJSON(join(dir, 'package.json'));
  if (!manifest || !told.scripts.includes(manifest.name) || seen.has(dir)) continue;
  seen.add(dir);
  left.delete(manifest.name);
  await install(dir, manifest);
}
if (left.size > 0) fail(`build.scripts names ${[...left].join(', ')}, which nothing that is installed is called.`);
listNatives(OUT, join(told.out, 'app.natives'));

// Returns the directories with packages of their own below a root.
function membersOf(root, found = []) {
  for (const e of sorted(root)) {
    if (!e.isDirectory() || e.name === 'node_modules' || e.name.startsWith('.')) continue;
    if (existsSync(join(root, e.name, 'node_modules'))) found.push(join(root, e.name));
    membersOf(join(root, e.name), found);
  }
  return found;
}

async function install(dir, manifest) {
  const began = Date.now();
  const scripts = { ...manifest.scripts };
  if (!scripts.install && !scripts.preinstall && existsSync(join(dir, 'binding.gyp'))) scripts.install = 'node-gyp rebuild';
  for (const name of ['preinstall', 'install', 'postinstall']) {
    if (scripts[name]) await run(dir, manifest, name, scripts[name]);
  }
  keep(dir, began);
}

async function run(dir, manifest, name, script) {
  process.stdout.write(`\n> ${manifest.name} ${manifest.version} ${name}\n> ${script}\n\n`);
  const bin = '/tmp/bin';
  mkdirSync(bin, { recursive: true });
  spawnSync('ln', ['-sf', gyp, join(bin, 'node-gyp')]);
  const bins = [bin];
  for (let at = dir; at.startsWith(told.over); at = dirname(at)) bins.push(join(at, 'node_modules/.bin'));
  const { status, text } = await heard(script, {
    cwd: dir,
    env: { ...env, PATH: [...bins, env.PATH].join(':'), INIT_CWD: dir, npm_lifecycle_event: name, npm_package_name: manifest.name, npm_package_version: manifest.version, npm_config_node_gyp: gyp },
  });
  if (status !== 0) fail(`the script "${name}" of ${manifest.name} ${manifest.version} ${reason(status, text)}`);
}

// Says how a script failed and what to do, as far as what it printed last shows it: many
// compile where they cannot download, so what a compiler says counts first.
function reason(status, text) {
  const header = /fatal error: (\S+): No such file/.exec(text);
  if (header) return `wants ${header[1]}: name the distribution's package that has it in build.packages.`;
  const error = /^.*\d: error: .*$/m.exec(text);
  if (error) return `does not compile for node ${process.version}: ${error[0].trim()}. Write an older "version", or update the package.`;
  const asked = askedFor(text);
  if (asked) return `asked for ${asked}, and has neither the network nor secrets: write build: {network: default}.`;
  return `failed with status ${status}. It has neither the network nor secrets; what it downloads is to be had by build: {network: default}.`;
}

// Keeps what scripts made in a package: files that are new or changed, without what
// compilers leave between.
function keep(dir, began) {
  const to = join(OUT, relative(told.over, dir));
  const changed = [];
  walk(dir, (name, entry) => {
    if (entry.isFile() && isChanged(join(dir, name), began) && !between(name, join(dir, name))) changed.push(name);
  });
  for (const name of changed) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    cpSync(join(dir, name), join(to, name));
    strip(join(to, name));
  }
}

function isChanged(file, began) {
  return statSync(file).ctimeMs >= began;
}

// Reports whether a file is one that a compiler makes on its way: of a build of
// node-gyp the modules and programs are the result.
function between(name, file) {
  if (!/(^|\/)build\//.test(name)) return false;
  return /obj\.target|\.deps\//.test(name) || nativeFor(file) === undefined;
}

// Removes what only debuggers read.
function strip(file) {
  if (nativeFor(file) !== undefined) spawnSync(env.STRIP ?? 'strip', ['--strip-unneeded', file]);
}
