// Gets a package manager, by the npm that the toolchain has: an archive of a registry
// whose hash is what the project says, where it says one. Nothing of it is run here.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apart } from './cache.mjs';
import { fail, readJSON, sorted, told } from './tree.mjs';
import { watched } from './watch.mjs';

const HOME = '/opt/manager';
const bundle = '/etc/ssl/certs/ca-certificates.crt';
const env = { ...process.env, NPM_CONFIG_CACHE: apart('/var/cache/npm', '.') };
if (existsSync(bundle)) env.NODE_EXTRA_CA_CERTS = bundle;

const archive = await download(told.name, told.version);
unpack(archive, join(HOME, 'package'));
const manifest = readJSON(join(HOME, 'package/package.json'));
if (told.hash) checkHash(archive);
const native = `@pnpm/exe.linux-${told.cpu}`;
if (manifest.optionalDependencies?.[native]) {
  unpack(await download(native, told.version), join(HOME, 'native'));
}
mkdirSync(join(HOME, 'bin'));
for (const [name, file] of Object.entries(bins())) {
  const program = join(HOME, 'package', file);
  const own = join(HOME, 'native', name);
  let line = `exec node ${program} "$@"`;
  if (existsSync(own)) {
    chmodSync(own, 0o755);
    line = `exec ${own} "$@"`;
  }
  writeFileSync(join(HOME, 'bin', name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}

function bins() {
  if (typeof manifest.bin === 'string') return { [told.command]: manifest.bin };
  return manifest.bin;
}

async function download(name, version) {
  const into = '/tmp/archives';
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into);
  const args = ['pack', '--loglevel=error', '--pack-destination', into, `${name}@${version}`];
  // Not beside the project's settings: whose registry this is decides whose code the manager
  // is, which runs with secrets and a cache that other projects believe.
  const got = await watched('npm', args, ['.npmrc', '/root/.npmrc'], { env, cwd: into });
  if (got.status !== 0) {
    process.stderr.write(got.printed);
    if (/E404|ETARGET/.test(got.printed)) fail(`the registry has no ${name} ${version}, which ${told.command} is fetched as: name another release of it.`);
    fail(`${name} ${version} could not be fetched.`);
  }
  return join(into, sorted(into)[0].name);
}

function unpack(file, into) {
  mkdirSync(into, { recursive: true });
  execFileSync('tar', ['-xzf', file, '-C', into, '--strip-components=1', '--no-same-owner']);
}

// The hash is of the archive, or of the one file that yarn is.
function checkHash(file) {
  const [algorithm, want] = told.hash.split('.');
  const of = (name) => createHash(algorithm).update(readFileSync(name)).digest('hex');
  const got = [of(file), ...Object.values(bins()).map((name) => of(join(HOME, 'package', name)))];
  if (!got.includes(want)) {
    fail(`${told.command} ${told.version} is not what packageManager says: its hash is ${algorithm}.${got[0]}. ` +
      'Is the hash of another version? If not, do not trust the registry.');
  }
}
