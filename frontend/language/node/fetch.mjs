// Installs the packages of a project for a platform, by its own manager and without
// running anything of them. It runs with the network, over the manifests alone, and
// leaves at /deps
//
//	app        node_modules of the workspace's root and of its members
//	platform   of them, the packages that are for some platforms alone
//	native     native code, by architecture, with lists of it
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apart, keep, restore, sumsOf } from './cache.mjs';
import { compare } from './expected.mjs';
import { explain } from './meaning.mjs';
import { fail, move, packageDirs, readJSON, relative, removeLinks, sorted, splitNatives, told } from './tree.mjs';
import { watched } from './watch.mjs';

const OUT = '/deps';
const WORK = join(OUT, 'work');
const ROOT = join(WORK, told.root);
const APP = join(OUT, 'app');
const ALL = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64'];

const env = { ...process.env, NODE_EXTRA_CA_CERTS: '/etc/ssl/certs/ca-certificates.crt' };
if (!existsSync(env.NODE_EXTRA_CA_CERTS)) delete env.NODE_EXTRA_CA_CERTS;

cpSync('/src', WORK, { recursive: true, verbatimSymlinks: true });
const lock = told.lock ? readFileSync(join(ROOT, told.lock), 'utf8') : '';
const install = { npm, pnpm, yarn, berry }[told.manager];
await install();
const manifests = told.members.map((m) => readJSON(join(ROOT, m, 'package.json')) ?? {});
collect();
if (told.production) {
  compare(installed(), manifests);
  checkScripts();
  splitNatives(OUT, APP, told.cpu ? [told.cpu] : ALL, told.libc);
  takePlatform();
}

function npm() {
  const args = told.lock ? ['ci'] : ['install', '--no-package-lock'];
  args.push('--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error', '--install-links=false', `--cache=${apart('/var/cache/npm', ROOT)}`);
  if (told.production) args.push('--omit=dev');
  if (told.cpu) args.push('--os=linux', `--cpu=${told.cpu}`, `--libc=${told.libc}`);
  if (told.workspace && told.project !== '.') args.push(`--workspace=${told.project}`, ...others());
  return run('npm', args);
}

// The root's own dependencies are installed for who builds: tools are often there.
function others() {
  return told.production ? [] : ['--include-workspace-root', ...told.members.filter((m) => m !== '.' && m !== told.project).map((m) => `--workspace=${m}`)];
}

function pnpm() {
  const args = ['install', '--ignore-scripts', `--store-dir=${apart('/var/cache/pnpm', ROOT)}`, '--package-import-method=copy',
    '--config.extend-node-path=false', '--config.side-effects-cache=false', '--config.confirm-modules-purge=false', '--reporter=append-only'];
  args.push(told.lock ? '--frozen-lockfile' : '--no-frozen-lockfile');
  if (told.production) args.push('--prod');
  if (told.workspace && told.project !== '.') args.push(`--filter={${told.project}}...`, ...(told.production ? [] : ['--filter={.}']));
  if (told.cpu) pnpmArchitecture(args);
  return run('pnpm', args);
}

// Flags for another platform came with 10.14. Versions before it read settings, and
// believe package.json more than pnpm-workspace.yaml, which has some too since 10.5.
function pnpmArchitecture(args) {
  const [major, minor] = told.version.split('.').map(Number);
  if (major > 10 || (major === 10 && minor >= 14)) {
    args.push('--os=linux', `--cpu=${told.cpu}`, `--libc=${told.libc}`);
    return;
  }
  const want = { os: ['linux'], cpu: [told.cpu], libc: [told.libc] };
  const file = join(ROOT, 'package.json');
  const manifest = readJSON(file);
  manifest.pnpm = { ...manifest.pnpm, supportedArchitectures: want };
  writeFileSync(file, JSON.stringify(manifest));
}

// Yarn asks the process which platform it is for, so the process says another.
function asPlatform() {
  if (!told.cpu || told.cpu === process.arch) return [];
  const file = '/tmp/platform.cjs';
  writeFileSync(file, `Object.defineProperty(process, 'arch', { value: ${JSON.stringify(told.cpu)} });\n`);
  return [file];
}

function yarn() {
  const kept = summed() ? apart('/var/cache/yarn', ROOT) : '/tmp/yarn';
  const args = ['install', '--ignore-scripts', '--non-interactive', '--no-progress', '--cache-folder', kept, '--mutex', `file:${kept}/.mutex`];
  args.push(told.lock ? '--frozen-lockfile' : '--no-lockfile');
  if (told.production) args.push('--production');
  if (told.workspace && told.project !== '.') {
    const manifest = readJSON(join(ROOT, 'package.json'));
    manifest.workspaces = told.members.filter((m) => m !== '.');
    if (told.production) manifest.dependencies = {};
    writeFileSync(join(ROOT, 'package.json'), JSON.stringify(manifest));
  }
  mirror();
  mkdirSync(kept, { recursive: true });
  return run('yarn', args, {}, asPlatform());
}

// Reports whether the lock has the sums of all archives that yarn 1 downloads, by which
// its cache tells them apart.
function summed() {
  return !/^ {2}(resolved "[^"#]*"|integrity (?!.*sha512-).*)$/m.test(lock);
}

// A lock of yarn 1 has addresses of the registry that it was made with. Who builds
// with another one means that.
function mirror() {
  const registry = process.env.NPM_CONFIG_REGISTRY;
  const file = join(ROOT, 'yarn.lock');
  if (!registry || !existsSync(file)) return;
  const base = registry.replace(/\/*$/, '');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^( {2}resolved ")https?:\/\/[^/]+(\/[^"@]*\/-\/[^"]*")/gm, `$1${base}$2`));
}

async function berry() {
  const cache = apart('/var/cache/berry', ROOT);
  const sums = sumsOf(lock);
  restore(cache, sums, '/tmp/berry/cache');
  await runBerry();
  keep(cache, sums, '/tmp/berry/cache');
}

function runBerry() {
  const settings = {
    YARN_ENABLE_TELEMETRY: '0', YARN_ENABLE_GLOBAL_CACHE: '1', YARN_GLOBAL_FOLDER: '/tmp/berry', YARN_ENABLE_SCRIPTS: '0',
    YARN_NODE_LINKER: 'node-modules', YARN_ENABLE_PROGRESS_BARS: '0', ...registryOfBerry(),
  };
  const major = Number(told.version.split('.')[0]);
  // A setting that a version does not know is an error to it.
  if (major > 2) settings.YARN_NM_MODE = 'classic';
  if (env.NODE_EXTRA_CA_CERTS) settings[major < 4 ? 'YARN_CA_FILE_PATH' : 'YARN_HTTPS_CA_FILE_PATH'] = env.NODE_EXTRA_CA_CERTS;
  if (told.production && major < 4) withoutDevelopment();
  else if (told.production) return run('yarn', ['workspaces', 'focus', '--production', ...(told.name ? [told.name] : [])], settings, asPlatform());
  const args = ['install', major > 2 ? '--mode=skip-build' : '--skip-builds'];
  if (told.lock && !told.production) args.push('--immutable');
  else settings.YARN_ENABLE_IMMUTABLE_INSTALLS = '0';
  return run('yarn', args, settings, asPlatform());
}

// Yarn 2 and 3 install for production by a plug-in alone. Without what manifests ask
// for in development, they install the rest as it is locked.
function withoutDevelopment() {
  for (const dir of new Set(['.', ...told.members])) {
    const file = join(ROOT, dir, 'package.json');
    const manifest = readJSON(file);
    delete manifest.devDependencies;
    if (dir === '.' && told.project !== '.') manifest.workspaces = told.members.filter((m) => m !== '.');
    writeFileSync(file, JSON.stringify(manifest));
  }
}

// Later versions of yarn do not read .npmrc: what it says of registries is told, to each
// registry its own token. The file is in the home of the step, which is no layer.
function registryOfBerry() {
  const of = process.env.YARN_NPM_REGISTRY_SERVER ?? process.env.NPM_CONFIG_REGISTRY;
  const settings = of ? { YARN_NPM_REGISTRY_SERVER: of } : {};
  const said = { npmScopes: {}, npmRegistries: {} };
  for (const [key, value] of existsSync('/root/.npmrc') ? npmrc('/root/.npmrc') : []) {
    const scope = /^@(.+):registry$/.exec(key)?.[1];
    const [, at, kind] = /^(\/\/.+?)\/*:(_authToken|_auth)$/.exec(key) ?? [];
    if (scope) said.npmScopes[scope] = { npmRegistryServer: value };
    if (at) said.npmRegistries[at] = { npmAlwaysAuth: true, [kind === '_auth' ? 'npmAuthIdent' : 'npmAuthToken']: value };
    if (key === 'registry' && !of) settings.YARN_NPM_REGISTRY_SERVER = value;
  }
  writeFileSync('/root/.yarnrc.yml', JSON.stringify(said), { mode: 0o600 });
  return settings;
}

// Returns what a file in the manner of .npmrc says, variables in values replaced.
function npmrc(file) {
  return readFileSync(file, 'utf8').split('\n').map((line) => /^\s*([^#;=\s]+)\s*=\s*(.*?)\s*$/.exec(line)?.slice(1)).filter(Boolean)
    .map(([key, value]) => [key, value.replace(/^(["'])(.*)\1$/, '$2').replace(/\$\{(\w+)\}/g, (_, name) => process.env[name] ?? '')]);
}

// Runs the manager with variables, and with programs that are loaded into it before its own.
async function run(program, args, more = {}, loaded = []) {
  const settings = [join(ROOT, '.npmrc'), '/root/.npmrc'];
  const first = [...(told.alone ? [fileURLToPath(new URL('alone.cjs', import.meta.url))] : []), ...loaded];
  const options = first.length > 0 ? { NODE_OPTIONS: first.map((file) => `--require ${file}`).join(' ') } : {};
  const got = await watched(program, args, settings, { cwd: ROOT, env: { ...env, ...more, ...options } });
  if (got.status === 0) return;
  process.stderr.write(got.printed);
  explain(got.printed);
  process.exit(got.status || 1);
}

// Takes what was installed from between the manifests, without what differs from one
// time to the next.
function collect() {
  const kept = told.production ? [] : ['.yarn-state.yml'];
  const members = new Set(['.', ...told.members]);
  const needed = new Set([...members, ...told.members.flatMap((dir, i) => ownPackages(dir, manifests[i]))]);
  for (const dir of members) {
    const modules = join(ROOT, dir, 'node_modules');
    mkdirSync(modules, { recursive: true });
    for (const name of ['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml', '.pnpm-workspace-state.json', '.pnpm-workspace-state-v1.json', '.package-map.json', '.cache', '.pnpm/lock.yaml']) {
      if (!kept.includes(name)) rmSync(join(modules, name), { recursive: true, force: true });
    }
    if (told.production) removeLinks(modules, (to, there) => there ? !isOther(to, needed) : isSource(to));
  }
  for (const dir of members) move(join(ROOT, dir, 'node_modules'), join(APP, dir, 'node_modules'));
  rmSync(WORK, { recursive: true });
}

// Reports whether a link leads to a member that the program does not need.
function isOther(to, members) {
  const rel = relative(ROOT, to);
  return !rel.split('/').includes('node_modules') && !rel.startsWith('..') && !members.has(rel === '' ? '.' : rel) && existsSync(join(to, 'package.json')) &&
    ![...members].some((m) => m !== '.' && rel.startsWith(`${m}/`));
}

// Returns the directories of the project that its manifest has packages of production in.
function ownPackages(dir, manifest) {
  const asked = Object.values({ ...manifest.optionalDependencies, ...manifest.dependencies });
  return asked.flatMap((wanted) => /^(?:(?:file|link|portal):|(?=\.{1,2}\/))(.+)/.exec(wanted)?.slice(1).map((at) => join(dir, at)) ?? []);
}

// Reports whether a path that is not here may be a package of the project, of which fetch
// sees nothing ("file:lib/mine"): it goes into the image with the source.
function isSource(to) {
  const rel = relative(ROOT, to);
  return !rel.startsWith('..') && !rel.split('/').includes('node_modules');
}

// Returns the directories of all packages, of the workspace's root and of its members.
function installed() {
  return packageDirs(APP).concat(...told.members.filter((m) => m !== '.').map((m) => packageDirs(join(APP, m))));
}

// Names packages that compile something when they are installed and have nothing that
// was compiled before: without that they do not work. Those that are optional do.
function checkScripts() {
  const dirs = installed();
  const optional = new Set();
  for (const dir of dirs) for (const name of Object.keys(readJSON(join(dir, 'package.json'))?.optionalDependencies ?? {})) optional.add(name);
  const lacking = new Set();
  for (const dir of dirs) {
    const manifest = readJSON(join(dir, 'package.json'));
    if (!manifest || told.scripts.includes(manifest.name) || optional.has(manifest.name) || !existsSync(join(dir, 'binding.gyp'))) continue;
    if (manifest.gypfile === false || prebuilt(dir, manifest)) continue;
    lacking.add(manifest.name);
  }
  if (lacking.size > 0) {
    const list = [...lacking].sort();
    fail(`${list.join(', ')} must be compiled when installed, which needs an install script: write build: {scripts: [${list.join(', ')}]}.`);
  }
}

// Reports whether a package has something that was compiled for Linux, or a package beside it
// that is for the platform.
function prebuilt(dir, manifest) {
  if (sorted(join(dir, 'prebuilds')).some((e) => !/^(darwin|win32|android|freebsd)/.test(e.name)) || existsSync(join(dir, 'build/Release'))) return true;
  const beside = Object.keys(manifest.optionalDependencies ?? {}).filter((name) => /linux|x64|arm64/.test(name));
  return beside.some((name) => existsSync(join(dir, 'node_modules', name)) || existsSync(join(dir.slice(0, dir.lastIndexOf('node_modules') + 12), name)));
}

// Copies the packages that are for some platforms alone to a tree of their own: what a
// framework traces of packages has the builder's.
function takePlatform() {
  const to = join(OUT, 'platform');
  mkdirSync(to, { recursive: true });
  for (const member of new Set(['.', ...told.members])) {
    for (const dir of packageDirs(join(APP, member))) {
      const manifest = readJSON(join(dir, 'package.json'));
      if (!manifest?.cpu || /^@next\/swc-/.test(manifest.name)) continue;
      cpSync(dir, join(to, relative(APP, dir)), { recursive: true, verbatimSymlinks: true });
    }
  }
}
