// Runs what downloads, and ends it when nothing comes any more: npm waits for a quarter
// of an hour, and pnpm not always ends.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fail } from './tree.mjs';

const SECOND = 1000;

// Runs a program and returns its status and what it printed. The step ends where nothing
// comes for longer than settings of npm, if one says so, allow.
export async function watched(program, args, settings, options) {
  const patience = patienceOf(settings);
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => printed.push(data));
  let silent = false;
  const timer = setInterval(watch(child, patience, () => { silent = child.kill('SIGKILL'); }), SECOND);
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  clearInterval(timer);
  const got = { status, printed: Buffer.concat(printed).toString() };
  if (silent) {
    process.stderr.write(got.printed);
    fail(`nothing has come from the registry for ${patience / SECOND} seconds; "fetch-timeout" of .npmrc may say how long it may be.`);
  }
  return got;
}

// Returns what looks whether a process has read anything since it looked before.
function watch(child, patience, end) {
  let read = 0, since = Date.now();
  return () => {
    const now = readBy(child.pid);
    if (now - read > 100) since = Date.now(); // less is of a program that wakes itself
    read = now;
    if (Date.now() - since > patience) end();
  };
}

// Returns how many bytes a process has read, of connections and files.
function readBy(pid) {
  try {
    return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))[1]);
  } catch {
    return 0; // it has ended
  }
}

// Returns for how long nothing may come: what the first of the files says of it, so
// that who has a slow registry can wait, else two minutes. Managers are let tell by
// themselves that they waited for too long.
function patienceOf(files) {
  for (const file of files) {
    const said = existsSync(file) && /^\s*fetch-timeout\s*=\s*"?(\d+)/m.exec(readFileSync(file, 'utf8'));
    if (said) return Number(said[1]) + 10 * SECOND;
  }
  return 120 * SECOND;
}
