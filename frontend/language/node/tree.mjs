// What several steps do to trees of packages.
import { closeSync, existsSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync, readlinkSync, readSync, realpathSync, renameSync, rmSync, writeFileSync, cpSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';

// What the step is told, beside its program.
export const told = JSON.parse(readFileSync(new URL('told.json', import.meta.url)));

// Tells what is wrong in a line that stands out from the log, and ends the step.
export function fail(text) {
  process.stderr.write(`\nstagefront: ${text}\n`);
  process.exit(1);
}

export function readJSON(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

// Calls visit with every file below dir, without following links: its path relative
// to dir, and its entry. Directories are entered whose names enter accepts.
export function walk(dir, visit, enter = () => true, below = '') {
  for (const entry of sorted(join(dir, below))) {
    const name = join(below, entry.name);
    if (!entry.isDirectory()) visit(name, entry);
    else if (enter(entry.name)) walk(dir, visit, enter, name);
  }
}

export function sorted(dir) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

// Files of text by their names, so that most of a tree need not be opened.
const texts = new Set('.js .cjs .mjs .ts .cts .mts .tsx .jsx .json .json5 .map .md .markdown .txt .css .scss .less .html .yml .yaml .svg .png .jpg .gif .ico .woff .woff2 .ttf .wasm .vue .svelte .flow .h .hpp .c .cc .cpp .gyp .gypi .patch .proto .sql .lock .ps1 .cmd .bat .sh .gz .br'.split(' '));

// Systems whose native code has the form of Linux's: NetBSD, Solaris, FreeBSD, OpenBSD.
const otherSystems = [2, 6, 9, 12];

// Returns the architecture that native code is for, as process.arch has it; "other"
// for that of another system; undefined for what is no native code.
export function nativeFor(file) {
  if (texts.has(extname(file).toLowerCase())) return undefined;
  const head = Buffer.alloc(20);
  let fd;
  try {
    fd = openSync(file);
    if (readSync(fd, head, 0, 20, 0) < 20) return undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
  const magic = head.readUInt32BE(0);
  if (magic === 0x7f454c46) {
    const little = head[5] === 1;
    const type = little ? head.readUInt16LE(16) : head.readUInt16BE(16);
    if (type !== 2 && type !== 3) return undefined; // an object file is for linkers
    if (otherSystems.includes(head[7])) return 'other';
    const machine = little ? head.readUInt16LE(18) : head.readUInt16BE(18);
    return { 62: 'x64', 183: 'arm64', 40: 'arm', 3: 'ia32', 21: 'ppc64', 22: 's390x', 243: 'riscv64', 258: 'loong64' }[machine] ?? 'other';
  }
  const machO = [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe];
  if (machO.includes(magic) || (magic >>> 16 === 0x4d5a && /\.(node|dll|exe)$/i.test(file))) return 'other';
  return undefined;
}

// Returns the package that a file of a tree belongs to: the last one on its way.
export function packageOf(name) {
  const parts = name.split('node_modules/');
  const words = parts[parts.length - 1].split('/');
  if (parts.length === 1) return 'the project';
  return words[0].startsWith('@') ? words.slice(0, 2).join('/') : words[0];
}

// Returns the part of a path up to the package's own files, which tells packages of
// one name apart.
function packageDir(name) {
  const i = name.lastIndexOf('node_modules/') + 'node_modules/'.length;
  const words = name.slice(i).split('/');
  return name.slice(0, i) + words.slice(0, words[0].startsWith('@') ? 2 : 1).join('/');
}

// Takes native code out of a tree: what is for an architecture goes below
// native/<architecture>, with a list of it, and what is for another system goes. A
// package that has some for other architectures and none for one is put into that
// one's list with what it has: whoever opens it there sees what is wrong.
export function splitNatives(root, tree, cpus, libc) {
  const packages = new Map();
  walk(tree, (name, entry) => {
    if (!entry.isFile()) return;
    const cpu = nativeFor(join(tree, name));
    if (cpu === undefined) return;
    const dir = packageDir(name);
    if (!packages.has(dir)) packages.set(dir, new Map());
    const found = packages.get(dir);
    if (cpu === 'other' || !fits(name.slice(dir.length), libc)) return rmSync(join(tree, name));
    found.set(cpu, [...(found.get(cpu) ?? []), name]);
  });
  for (const cpu of cpus) {
    const lines = [];
    mkdirSync(join(root, 'native', cpu), { recursive: true });
    for (const found of packages.values()) {
      const files = found.get(cpu) ?? [...found.values()][0] ?? [];
      for (const name of files) {
        const to = join(root, 'native', cpu, name);
        mkdirSync(dirname(to), { recursive: true });
        cpSync(join(tree, name), to);
        lines.push(`${name}\t${packageOf(name)}\n`);
      }
    }
    writeFileSync(join(root, 'native', `${cpu}.natives`), lines.sort().join(''));
  }
  for (const found of packages.values()) for (const files of found.values()) for (const name of files) rmSync(join(tree, name));
}

// Reports whether native code is for a C library, as far as its path says.
function fits(path, libc) {
  if (/musl/.test(path)) return libc === 'musl';
  if (/glibc|(^|[-_.])gnu([-_.]|$)/.test(path)) return libc !== 'musl';
  return true;
}

// Writes the list of the native code that is in a tree.
export function listNatives(tree, into) {
  const lines = [];
  walk(tree, (name, entry) => {
    if (!entry.isFile()) return;
    const cpu = nativeFor(join(tree, name));
    if (cpu === 'other') rmSync(join(tree, name));
    else if (cpu !== undefined) lines.push(`${name}\t${packageOf(name)}\n`);
  });
  writeFileSync(into, lines.join(''));
}

// Removes links of a tree that lead to what is not wanted, which is asked with whether it
// is there.
export function removeLinks(tree, wanted) {
  walk(tree, (name, entry) => {
    if (!entry.isSymbolicLink()) return;
    const link = join(tree, name);
    const there = existsSync(link);
    const to = there ? realpathSync(link) : resolve(dirname(link), readlinkSync(link));
    if (!wanted(to, there)) rmSync(link);
  });
}

// Moves a file or a directory to where nothing is yet.
export function move(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}

// Returns the directories of packages in a tree, nested ones too, and those that pnpm
// keeps apart.
export function packageDirs(dir, found = []) {
  const modules = join(dir, 'node_modules');
  for (const entry of sorted(modules)) {
    const at = join(modules, entry.name);
    if (entry.name === '.pnpm') {
      for (const kept of sorted(at)) if (kept.isDirectory()) packageDirs(join(at, kept.name), found);
    } else if (entry.isDirectory() && entry.name.startsWith('@')) {
      for (const scoped of sorted(at)) if (scoped.isDirectory()) add(join(at, scoped.name));
    } else if (entry.isDirectory() && !entry.name.startsWith('.')) add(at);
  }
  return found;

  function add(at) {
    if (existsSync(join(at, 'package.json'))) found.push(at);
    packageDirs(at, found);
  }
}

export { existsSync, lstatSync, relative };
