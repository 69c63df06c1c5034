// Runs commands of projects and packages, which show what they print and are heard.
import { spawn } from 'node:child_process';

// Runs a command of the shell; returns how it ended and what it printed last.
export function heard(script, options) {
  return new Promise((resolve) => {
    let text = '';
    const child = spawn('sh', ['-c', script], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (stream) => (data) => {
      stream.write(data);
      text = (text + data).slice(-65536);
    };
    child.stdout.on('data', keep(process.stdout));
    child.stderr.on('data', keep(process.stderr));
    child.on('close', (status) => resolve({ status, text }));
  });
}

// Returns whom a command asked that it could not reach, "" where it shows no such thing.
export function askedFor(text) {
  const host = /(?:EAI_AGAIN|ENOTFOUND|ENETUNREACH|resolve host:|resolve host address)\s[^\n]*?([a-z][\w-]*(?:\.[\w-]+)+)/.exec(text);
  if (host) return host[1];
  if (/Failed to fetch .* from Google Fonts/.test(text)) return 'fonts.googleapis.com';
  const address = /(?:ECONNREFUSED|ENETUNREACH|EHOSTUNREACH)\s+([\da-f.:[\]]+:\d+)/.exec(text);
  if (address) return address[1];
  return /EAI_AGAIN|ENOTFOUND|ENETUNREACH/.test(text) ? 'the network' : '';
}
