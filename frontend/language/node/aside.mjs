// Tells what of a project is not for its image: private keys, and what its developers
// alone run.
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { walk } from './tree.mjs';

// What private keys begin with: PEM of any kind, OpenSSH's among them, and PuTTY's.
const key = /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----|PuTTY-User-Key-File-/;

// Reports whether a regular file is a private key: by what it begins with, and where it
// has such a name, also by what stands further down.
export function isKey(file) {
  if (/\.(key|p12|pfx)$/.test(file)) return true;
  const text = begin(file, 64 << 10);
  if (/\.(pem|crt|cer|cert|p8|pk8)$/i.test(file)) return new RegExp(`^[ \\t]*(${key.source})`, 'm').test(text);
  return new RegExp(`^(\\u00ef\\u00bb\\u00bf)?\\s*(${key.source})`).test(text);
}

export const keysStay = {
  message: (names) => `${names.sort().join(', ')}: private keys are left out of the image`,
  hint: 'give them to the container when it starts, or name them in "files"',
};

// What tests begin with, or what they are made with. Others may be called like them: a
// description of an interface is openapi.spec.js.
const tests = /^[ \t]*(describe|it|test|suite)(\.\w+)*[ \t]*\(|["'](node:test|node:assert(\/strict)?|vitest|@jest\/globals|@playwright\/test|ava|tap|mocha|chai|jest|uvu|supertest)["']/m;

const called = /\.(test|spec)\.[cm]?[jt]sx?$/;
const directories = new Set(['test', 'tests', 'e2e']);

// Returns what says whether a path below a directory is one of tests: a directory with
// some that no source names, or a file called and made like one.
export function testsOf(root) {
  const source = /\.[cm]?[jt]sx?$/;
  const dirs = new Set();
  const named = [];
  walk(root, (name) => {
    if (!source.test(name)) return;
    const [top] = name.split('/');
    const text = textOf(join(root, name));
    if (directories.has(top)) {
      if (tests.test(text)) dirs.add(top);
    } else if (!isTest(name, text)) {
      named.push(...(text.match(/["'`][\w.@-]*\/[\w./@-]*["'`]/g) ?? [])); // "test" alone is often a mode
    }
  }, (dir) => dir !== 'node_modules' && !dir.startsWith('.'));
  const used = (dir) => named.some((name) => name.slice(1, -1).split('/').includes(dir));
  return (rel) => (dirs.has(rel) && !used(rel)) || basename(rel) === '__tests__' || (called.test(rel) && isTest(rel, textOf(join(root, rel))));
}

function isTest(name, text) {
  return called.test(name) && tests.test(text);
}

function textOf(file) {
  try {
    return statSync(file).size < 4 << 20 ? readFileSync(file, 'utf8') : '';
  } catch {
    return ''; // a link that leads nowhere
  }
}

function begin(file, size) {
  const buffer = Buffer.alloc(size);
  const fd = openSync(file);
  try {
    return buffer.toString('latin1', 0, readSync(fd, buffer, 0, size, 0));
  } finally {
    closeSync(fd);
  }
}
