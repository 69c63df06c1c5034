// Tells names that bundlers make of a file's content from those that people give.
import { basename } from 'node:path';

// Directories of which their frameworks say that all in them is named by its content.
// https://nextjs.org/docs/app/guides/self-hosting#automatic-caching
// https://svelte.dev/docs/kit/project-types
const everything = /(^|\/)(_next\/static|_app\/immutable)\//;

// What bundlers name so: code, styles, fonts, images, sound and film. A page, a feed or
// a list for robots is asked for by a name that others know.
const kinds = /\.([cm]?js|css|wasm|woff2?|ttf|otf|eot|png|jpe?g|gif|svg|webp|avif|ico|mp[34]|webm|ogg)$/i;

// What stands behind the hash all the same: maps, licenses, parts that tools cut off.
const behind = /(\.map|\.LICENSE\.txt)$|\.(lean|min|chunk|bundle|module|async|worker)(?=\.\w+$)/gi;

// How bundlers write a hash, which stands before the extension:
//
//	hexadecimal   webpack (20 digits, often cut to 8), Parcel (8), Gatsby, Docusaurus
//	base 32       esbuild, and Angular by it: 8 capitals and digits
//	base 64       Rollup, Rolldown, and Vite, Astro, Nuxt, VitePress by them: 8 of A-Za-z0-9_-
//
// https://webpack.js.org/configuration/output/#outputhashdigestlength
// https://parceljs.org/features/production/#content-hashing
// https://esbuild.github.io/api/#entry-names
// https://rollupjs.org/configuration-options/#output-hashcharacters
const hashes = [
  { at: /(?:^|[-._])([0-9a-f]{8}|[0-9a-f]{10}|[0-9a-f]{16}|[0-9a-f]{20}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})\.\w+$/, has: /[a-f]/ },
  { at: /(?:^|[-._])([A-Z2-7]{8})\.\w+$/, has: /[A-Z]/ },
  { at: /(?:^|[-.])([\w-]{8})\.\w+$/, has: /[a-z].*[A-Z]|[A-Z].*[a-z]/ },
];

// Where bundlers leave what they name so, and little else.
const bundled = /(^|\/)(assets|_astro|_nuxt|chunks)\//;

// Reports whether a name changes when the content does. A browser keeps such a file for a
// year, so a name that only looks like one does harm, and one that is not known only has
// the browser ask again. What stands in the name of a file of the source is no hash.
export function isHashed(name, source = new Set()) {
  if (name.endsWith('.html')) return false;
  if (everything.test(name)) return true;
  const base = basename(name).replace(behind, '');
  return kinds.test(base) && hashes.some(({ at, has }) => {
    const [, hash] = at.exec(base) ?? [];
    if (hash === undefined || !has.test(hash)) return false;
    return isMixed(hash) || (bundled.test(name) && isUneven(hash) && !isIn(source, hash));
  });
}

// Reports whether a text changes more often between words and numbers than what people
// write: section1, 1024x768, v2-final, Vol2Part and MyWidget do not. About one hash of
// five does not either.
function isMixed(text) {
  const parts = text.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? [];
  const hasWord = parts.some((part) => /[a-z]/.test(part) && part.length > 3);
  return parts.length > 3 || (parts.length === 3 && /\d/.test(text) && !hasWord);
}

// Reports whether a text has a capital behind another letter, as no word has.
function isUneven(text) {
  return /[a-z].*[A-Z]|[A-Z].*[A-Z].*[a-z]/.test(text);
}

// Reports whether the name of a file has a text in it, in capitals or not.
function isIn(names, text) {
  return [...names].some((name) => name.toLowerCase().includes(text.toLowerCase()));
}
