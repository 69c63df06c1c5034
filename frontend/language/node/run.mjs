// Runs what builds a project, over its source and with the packages of the builder
// beside it. It has no network.
import { cpSync, existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { askedFor, heard } from './heard.mjs';
import { readJSON, told } from './tree.mjs';

export const ROOT = join('/src', told.root);

// Runs the scripts that the step is told, in order.
export async function runAll() {
  if (existsSync('/built/app')) cpSync('/built/app', ROOT, { recursive: true, verbatimSymlinks: true });
  if (told.runs?.length > 0) forgetPlugAndPlay();
  for (const run of told.runs ?? []) await execute(run);
}

// Removes what yarn and bundlers look for packages by: here they are in node_modules.
function forgetPlugAndPlay() {
  for (const name of ['.pnp.cjs', '.pnp.js', '.pnp.loader.mjs']) rmSync(join(ROOT, name), { force: true });
}

// Runs a script as a manager does, with what comes before and after it by its name.
async function execute(run) {
  const dir = join(ROOT, run.dir);
  if (run.args) return command(dir, run.args.join(' '), run.args.join(' '), run);
  const scripts = readJSON(join(dir, 'package.json'))?.scripts ?? {};
  for (const name of [`pre${run.script}`, run.script, `post${run.script}`]) {
    if (scripts[name] !== undefined) await command(dir, name, scripts[name], run);
  }
}

async function command(dir, name, script, run) {
  process.stdout.write(`\n> ${name} (${run.dir === '.' ? 'package.json' : `${run.dir}/package.json`})\n> ${script}\n\n`);
  const { status, text } = await shell(dir, name, script);
  if (status === 0 || run.lenient) return;
  const told = reason(name, script, text);
  process.stderr.write(told ? `\nstagefront: ${told}\n` : `\n"${name}" failed with status ${status}.\n`);
  process.exit(status || 1);
}

// Says what helps a script that failed, as far as what it printed last shows it; "" where
// nothing is known. What tools say themselves is found in the step's log.
function reason(name, script, text) {
  const asked = askedFor(text);
  if (/^(127\.|\[?::1\]?:|0\.0\.0\.0)/.test(asked)) {
    return `"${name}" asked for ${asked}, and no service runs beside a build: let it do without, or make what wants one when the program runs.`;
  }
  if (asked && /\b(npx|dlx|bunx)\s/.test(script)) {
    return `"${name}" asked for ${asked}, and what builds has no network: add what "${/\b(?:npx|dlx|bunx)\s.*/.exec(script)[0]}" runs to devDependencies.`;
  }
  if (asked) {
    return `"${name}" asked for ${asked}, and what builds has no network. Commit what it downloads, or write build: {network: default}.`;
  }
  if (text.includes('ERR_OSSL_EVP_UNSUPPORTED')) {
    return `"${name}" runs a tool that is too old for node ${process.version}: ` +
      'write build: {env: {NODE_OPTIONS: --openssl-legacy-provider}}, or update the tool.';
  }
  if (/@prisma\/client did not initialize|"@prisma\/client"' has no exported member/.test(text)) {
    return `"${name}" needs what "prisma generate" makes: run that in a script "postinstall", or before the build.`;
  }
  return '';
}

function shell(dir, name, script) {
  const manifest = readJSON(join(dir, 'package.json')) ?? {};
  const bins = [];
  for (let at = dir; at.startsWith(ROOT); at = dirname(at)) bins.push(join(at, 'node_modules/.bin'));
  const env = {
    ...process.env,
    PATH: [...bins, process.env.PATH].join(':'),
    INIT_CWD: dir,
    npm_lifecycle_event: name,
    npm_lifecycle_script: script,
    npm_package_json: join(dir, 'package.json'),
    npm_package_name: manifest.name ?? '',
    npm_package_version: manifest.version ?? '',
  };
  return heard(script, { cwd: dir, env });
}
