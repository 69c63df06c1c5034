// Is loaded into the package manager before its own code, and lets it start no program: a
// clone of a repository has itself built, "exec:" of yarn is a program of the project, and
// settings and packages name others. None of that may run where secrets are, and a cache
// that other projects believe.
const programs = require('node:child_process');
const { syncBuiltinESMExports } = require('node:module');

function refuse(program) {
  const called = typeof program === 'object' ? program?.file : program;
  throw new Error(`nothing is run while packages are fetched: ${called}`);
}

programs.ChildProcess.prototype.spawn = refuse;
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) programs[name] = refuse;
syncBuiltinESMExports();
