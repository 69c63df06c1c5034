// What managers have downloaded, which outlives builds, and for whom it is.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sorted } from './tree.mjs';

// Files and variables that say whom a build believes, what it goes through, what it
// knows, and whom it asks.
const FILES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/hosts', '/root/.npmrc'];
const OWN = ['.npmrc', '.yarnrc', '.yarnrc.yml'];
const VARIABLES = /_proxy$|^(npm_config_registry|yarn_npm_registry_server)$/i;

// Returns the part of a cache that is for packages that come the way of a project at
// root. Managers find packages by names and versions; what came another way is not for
// this build, nor is what others needed a password for.
export function apart(cache, root) {
  if (!existsSync(cache)) return join('/tmp', cache); // what runs here may not write to it
  const way = createHash('sha256');
  for (const file of [...FILES, ...OWN.map((name) => join(root, name))]) {
    const data = existsSync(file) ? readFileSync(file) : '';
    way.update(`${file} ${data.length}\n`).update(data);
  }
  for (const name of Object.keys(process.env).sort()) {
    if (VARIABLES.test(name)) way.update(`${name}=${process.env[name]}\n`);
  }
  return join(cache, way.digest('hex').slice(0, 32));
}

const sum = (data) => createHash('sha512').update(data).digest('hex');

// Returns the sums of archives that a lock of yarn 2 and later has.
export function sumsOf(lock) {
  const found = lock.matchAll(/^ {2}checksum: (?:[0-9a-z]+\/)?([0-9a-f]{128})$/gm);
  return new Set([...found].map((m) => m[1]));
}

// Copies the archives of a cache that have these sums to a directory. Yarn takes an
// archive by its name, and fails for good where another has that.
export function restore(cache, sums, into) {
  mkdirSync(into, { recursive: true });
  for (const want of sums) {
    for (const entry of sorted(join(cache, want))) {
      const data = readFileSync(join(cache, want, entry.name));
      if (sum(data) === want) writeFileSync(join(into, entry.name), data);
    }
  }
}

// Copies the archives of a directory that have these sums to a cache. What the lock
// has no sum of is not kept: nobody could tell whether it is what it should be.
export function keep(cache, sums, from) {
  for (const entry of sorted(from)) {
    if (!entry.isFile()) continue;
    const data = readFileSync(join(from, entry.name));
    const of = sum(data);
    if (!sums.has(of) || existsSync(join(cache, of))) continue;
    const made = join(cache, `.${randomUUID()}`);
    mkdirSync(made, { recursive: true });
    writeFileSync(join(made, entry.name), data);
    try {
      renameSync(made, join(cache, of));
    } catch {
      rmSync(made, { recursive: true }); // another build was first
    }
  }
}
