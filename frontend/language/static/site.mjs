// Makes a site of what a project's build leaves, or of its files. It leaves
//
//	site       the site
//	served     links to its files, with their validators and compressed variants beside
//	Caddyfile  what the server of ours is told
//	additions  what a project may have in it
import { createHash } from 'node:crypto';
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import zlib from 'node:zlib';
import { isKey, keysStay } from './aside.mjs';
import { additions, caddyfile } from './caddyfile.mjs';
import { isHashed } from './hashed.mjs';
import { ROOT, runAll } from './run.mjs';
import { sorted, told, walk } from './tree.mjs';

const PROJECT = join(ROOT, told.project);
const SITE = '/out/site';
const SERVED = '/out/served';
const report = { problems: [], warnings: [] };
const before = pages();

let from; // the directory that becomes the site

function problem(message, hint) {
  report.problems.push({ message, hint });
}

// Returns the directories of the project with an index.html, and when that was changed.
function pages(dir = '.', found = new Map()) {
  for (const entry of sorted(join(PROJECT, dir))) {
    const name = join(dir, entry.name);
    if (entry.isDirectory() && !['node_modules', '.git'].includes(entry.name) && name.split('/').length < 6) pages(name, found);
    else if (entry.name === 'index.html') found.set(dir, statSync(join(PROJECT, name)).ctimeMs);
  }
  return found;
}

// Returns the directory of the site: the first that has an index.html of those where
// the tool leaves it, else the only one that the build made.
function folder() {
  const named = told.outputs ?? [];
  const asked = named.some((o) => o.asked); // by the spec, so nothing else will do
  const there = named.find((o) => existsSync(join(PROJECT, o.dir, 'index.html')));
  if (there !== undefined) return join(PROJECT, there.dir);
  const made = [...pages()].filter(([dir, time]) => dir !== '.' && before.get(dir) !== time).map(([dir]) => dir);
  const outer = made.filter((dir) => !made.some((other) => other !== dir && dir.startsWith(`${other}/`)));
  if (outer.length === 1 && !asked) return join(PROJECT, outer[0]);
  const hint = outer.length > 0 ? `name it: build: {output: ${outer[0]}}` : 'name the directory that the build makes: build: {output: DIR}';
  if (outer.length > 1) problem(`several directories that the build made have an index.html: ${outer.join(', ')}`, hint);
  else if (named.length > 0) problem(`there is no index.html in ${[...new Set(named.map((o) => `${o.dir} (${o.why})`))].join(', ')} after the build`, hint);
  else problem('the build made no directory with an index.html', hint);
  return undefined;
}

// Files of a project that are for who works on it.
const accidental = /^(readme|license|licence|changelog|contributing|makefile|package(-lock)?\.json|pnpm-lock\.yaml|yarn\.lock)(\.\w+)?$/i;
const never = new Set(['node_modules', ...told.leave]);

// Copies the site. Of a project's own files hidden ones stay behind, and those that
// build images.
function take() {
  const served = [];
  const keys = [];
  const lost = [];
  const round = [];
  cpSync(from, SITE, { recursive: true, dereference: true, filter: (file) => {
    const rel = relative(from, file);
    const name = basename(file);
    if (rel === '') return true;
    if (name.startsWith('.') && !rel.startsWith('.well-known')) return false;
    if (told.plain && never.has(name)) return false;
    if (lstatSync(file).isSymbolicLink()) {
      if (!leads(file)) lost.push(rel);
      else if (returns(file)) round.push(rel);
      if (lost.includes(rel) || round.includes(rel)) return false;
    }
    if (statSync(file).isFile() && isKey(file)) {
      keys.push(rel);
      return false;
    }
    if (!told.plain) return true;
    if (/^((docker|container)file|(docker-)?compose.*\.ya?ml|caddyfile|.+\.caddy$)/i.test(name)) return false;
    if (!rel.includes('/') && accidental.test(name)) served.push(name);
    return true;
  } });
  if (lost.length > 0) {
    report.warnings.push({ message: `${lost.sort().join(', ')} ${lost.length > 1 ? 'are links' : 'is a link'} to what the build context does not have`, hint: 'commit a file in its place, or leave it out by an ignore file' });
  }
  if (round.length > 0) {
    report.warnings.push({ message: `${round.sort().join(', ')} ${round.length > 1 ? 'lead back to directories' : 'leads back to a directory'} around`, hint: 'remove the link: a site has each file once' });
  }
  if (keys.length > 0) report.warnings.push({ message: keysStay.message(keys), hint: 'nobody should see them; "files" brings what must be served all the same' });
  if (served.length > 0) {
    report.warnings.push({
      message: `${served.join(', ')} ${served.length > 1 ? 'are' : 'is'} part of the site`,
      hint: 'leave out by an ignore file what nobody should see, or put the site into a directory of its own: "project: site"',
    });
  }
}

// Reports whether a link leads to something, of a project's own to something in the build
// context: what is beyond that is the builder's.
function leads(link) {
  try {
    const to = realpathSync(link);
    return !told.plain || to === ROOT || to.startsWith(`${ROOT}/`);
  } catch {
    return false;
  }
}

// Reports whether a link leads to a directory that is around it, by whichever way it was
// come to: a copy would never end.
function returns(link) {
  const to = realpathSync(link);
  for (let dir = dirname(link); dir.startsWith(from); dir = dirname(dir)) if (realpathSync(dir) === to) return true;
  return false;
}

// Returns the files of the site, relative to it.
function files() {
  const names = [];
  walk(SITE, (name, entry) => {
    if (entry.isFile()) names.push(name);
  });
  return names;
}

// Looks whether what the first page asks for is there.
function check() {
  const page = join(SITE, 'index.html');
  if (!existsSync(page)) return problem(`${relative(ROOT, from) || 'the site'} has no index.html`, 'a site begins with one; is it left out of the build context?');
  const text = readFileSync(page, 'utf8').replace(/<!--[\s\S]*?-->/g, '')
    .replace(/(<script\b[^>]*>)[\s\S]*?(?=<\/script>)/gi, '$1'); // programs write tags that they put together
  const base = /<base\s[^>]*href\s*=\s*["']([^"']*)["']/i.exec(text)?.[1] ?? '/';
  const missing = [];
  for (const [tag] of text.matchAll(/<(?:script|link|img)\b[^>]*>/gi)) {
    const [, quoted, bare] = /\s(?:src|href)\s*=\s*(?:["']([^"']+)["']|([^\s"'>]+))/i.exec(tag) ?? [];
    const address = quoted ?? bare;
    if (address === undefined || /^([a-z][\w+.-]*:|\/\/|#)/i.test(address) || /rel\s*=\s*["']?(canonical|alternate|next|prev|preconnect|dns-prefetch)/i.test(tag)) continue;
    const { pathname } = new URL(address, `http://site${base.startsWith('/') ? base : '/'}`);
    const at = join(SITE, safe(pathname));
    if (existsSync(at) || existsSync(`${at}.html`)) continue;
    missing.push([address, /^<(script|link[^>]*stylesheet|link[^>]*modulepreload)/i.test(tag)]);
  }
  const needed = missing.filter(([, isCode]) => isCode).map(([address]) => address);
  const hint = 'is a base path configured? The site is served at /';
  if (needed.length > 0) problem(`index.html asks for ${needed.join(', ')}, which the site does not have`, hint);
  else if (missing.length > 0) report.warnings.push({ message: `index.html asks for ${missing.map(([a]) => a).join(', ')}, which the site does not have`, hint });
}

function safe(pathname) {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

// Returns the page for paths that are no files, "" where there is none: what the spec
// says, else a page that tools make for that, else the only page of a program that
// runs in the browser.
function fallback(names) {
  if (told.fallback === 'false') return '';
  if (told.fallback) {
    if (!names.includes(told.fallback)) problem(`the site has no ${told.fallback}, which is its fallback`, 'name a page of the site, or false');
    return told.fallback;
  }
  if (names.includes('200.html')) return '200.html';
  const html = names.filter((name) => name.endsWith('.html'));
  return told.routes && html.length === 1 && html[0] === 'index.html' ? 'index.html' : '';
}

// Reports whether the image may have a file of the spec in the place of one of the site.
// What is made of the one is nothing for the other, so it is served as it is.
const isLaid = (name) => (told.laid ?? []).some((at) => at === '' || name === at || name.startsWith(`${at}/`));

// Returns the directories and files of the site whose names change with their content.
function immutable(names) {
  const source = new Set();
  walkSource(PROJECT, source);
  const hashed = new Set(names.filter((name) => isHashed(name, source) && !source.has(basename(name)) && !isLaid(name)));
  const mixed = new Set(['.']);
  for (const name of names) {
    if (!hashed.has(name)) for (let dir = dirname(name); dir !== '.'; dir = dirname(dir)) mixed.add(dir);
  }
  const outer = (name) => {
    let at = name;
    for (let dir = dirname(name); !mixed.has(dir); dir = dirname(dir)) at = dir;
    return at === name ? `/${name}` : `/${at}/*`;
  };
  return [...new Set([...hashed].map(outer))].filter((p) => /^[\w./*@~+-]+$/.test(p)).sort();
}

// Adds the names of the source's files: what a build copies has them too.
function walkSource(dir, source) {
  for (const entry of sorted(dir)) {
    const at = join(dir, entry.name);
    if (at === from || entry.name === 'node_modules' || entry.name === '.git') continue;
    if (entry.isDirectory()) {
      if (told.plain || !/^(\.next|\.nuxt|\.output|\.svelte-kit|\.astro|\.cache|\.docusaurus|\.angular)$/.test(entry.name)) walkSource(at, source);
    } else source.add(entry.name);
  }
}

const compressed = new Set('.html .htm .css .js .mjs .cjs .json .map .svg .xml .txt .md .csv .wasm .ico .ttf .otf .eot .webmanifest .rss .atom .bmp'.split(' '));

// What variants are called, best first.
const variants = {
  '.br': (data) => zlib.brotliCompressSync(data, { params: {
    [zlib.constants.BROTLI_PARAM_QUALITY]: data.length > 4 << 20 ? 9 : 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: data.length,
  } }),
  '.zst': zlib.zstdCompressSync && ((data) => zlib.zstdCompressSync(data, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 19 } })),
  '.gz': (data) => zlib.gzipSync(data, { level: 9 }),
};

// Has a file served: a link to it, and beside it variants that are smaller, with the
// validators of all.
function serve(name) {
  const to = join(SERVED, name);
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(join(told.at, name), to);
  const data = readFileSync(join(SITE, name));
  validate(to, data);
  if (!compressed.has(extname(name).toLowerCase()) || data.length < 512) return;
  for (const [suffix, make] of Object.entries(variants)) {
    const small = make?.(data);
    if (small === undefined || small.length > data.length * 0.95 || existsSync(join(SITE, name + suffix))) continue;
    writeFileSync(to + suffix, small);
    validate(to + suffix, small);
  }
}

function validate(file, data) {
  writeFileSync(`${file}.etag`, `"${createHash('sha256').update(data).digest('base64url').slice(0, 22)}"`);
}

await runAll();
from = told.plain ? PROJECT : folder();
if (from !== undefined) {
  take();
  check();
  const names = files();
  const settings = { port: told.port, missing: existsSync(join(SITE, '404.html')), fallback: fallback(names), health: !existsSync(join(SITE, 'healthz')) };
  if (told.sidecars) {
    writeFileSync('/out/Caddyfile', caddyfile({ ...settings, immutable: immutable(names) }));
    writeFileSync('/out/additions', additions);
    for (const name of names) if (!isLaid(name)) serve(name);
  }
}
writeFileSync('/out/report.json', JSON.stringify(report));
