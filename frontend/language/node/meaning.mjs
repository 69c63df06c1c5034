// What messages of managers mean for who builds an image.
import { fail, told } from './tree.mjs';

// How managers tell what went wrong, and what that means for who builds an image.
const MEANINGS = [
  [/nothing is run while packages are fetched/,
    'a package is cloned from a repository, or made by a program, and nothing is run while packages are fetched (see above): lock a released version, or the address of its archive.'],
  [/E401|E403|401 Unauthorized|403 Forbidden|YN0041|ERR_PNPM_FETCH_40[13]|status code "?40[13]|Response Code: 40[13]/,
    () => told.hook ? `the registry wants a token, which is not given where code of the project may run: remove ${told.hook}.` :
      'the registry wants a token: give it by --secret id=npmrc,src=$HOME/.npmrc.'],
  [/EUSAGE|ERR_PNPM_OUTDATED_LOCKFILE|lockfile needs to be updated|YN0028/,
    (text) => `${told.lock} does not fit package.json${unfit(text)}: run "${told.manager === 'berry' ? 'yarn' : told.manager} install" and commit it.`],
  [/EINTEGRITY|ERR_PNPM_TARBALL_INTEGRITY|Integrity check failed|YN0018/,
    'a package is not the one that the lock was made with. Write the lock anew; if it happens again, do not trust the registry.'],
  [/EAI_AGAIN|ENOTFOUND/,
    'the registry, or a host that the lock names, is not found from here (see above): name a mirror by --build-arg NPM_CONFIG_REGISTRY=…, or write the lock anew.'],
  [/E429|ERR_PNPM_FETCH_429|429 Too Many Requests|Response Code: 429|status code "?429|: Too Many Requests/,
    'the registry has too many requests (429): build again later, or name a mirror by --build-arg NPM_CONFIG_REGISTRY=….'],
  [/E5\d\d|ERR_PNPM_FETCH_5\d\d|Response Code: 5\d\d|status code "?5\d\d|Internal Server Error|Bad Gateway|Service Unavailable/,
    'the registry is broken at the moment: it answers with an error of its own (see above).'],
  [/E404|ERR_PNPM_FETCH_404|404 Not Found|status code "?404|Response Code: 404/,
    'the registry does not have a package (see above), or shows it only to who has a token: --secret id=npmrc,src=$HOME/.npmrc.'],
  [/TAR_BAD_ARCHIVE|Z_BUF_ERROR|Z_DATA_ERROR|ZlibError|Extracting tar content|unexpected end of (file|data)|ECONNRESET|aborted|socket hang up|While persisting/i,
    'a package did not come whole: what stands between here and the registry cuts it off or alters it.'],
  [/timeout|ETIMEDOUT|TimeoutError/i, 'the registry does not answer.'],
];

// Says in a line what a manager's message means, and ends the step, where that is known.
export function explain(text) {
  const found = MEANINGS.find(([pattern]) => pattern.test(text));
  if (found) fail(typeof found[1] === 'string' ? found[1] : found[1](text));
}

// Returns what npm says first of a lock that does not fit, in brackets: "Missing: a@1.0.0
// from lock file".
function unfit(text) {
  const first = /\b((?:Missing|Invalid): .+)/.exec(text);
  return first ? ` (${first[1].trim()})` : '';
}
