// A reporter of Node's test runner, which tells the first test that fails, and finds it
// well when there was nothing to run. https://nodejs.org/api/test.html#custom-reporters
import { relative, resolve } from 'node:path'

export default async function* tests(events) {
  let some = false
  const failed = []
  const printed = {} // by each file, of which one that does not load says why
  for await (const { type, data } of events) {
    some ||= type === 'test:pass' || type === 'test:fail'
    if (type === 'test:stderr') printed[data.file] = (printed[data.file] ?? '') + data.message
    if (type === 'test:fail' && isOwn(data)) failed.push(said(data, printed[data.file]))
  }
  if (failed.length > 0) yield `stagefront: ${failed[0]}${failed.length > 1 ? ` (and ${failed.length - 1} more, in the log above)` : ''}\n`
  if (some) return
  process.exitCode = 1
  yield 'stagefront: there are no tests; have a script "test" in package.json, or say what runs them: "test: [program, argument]"\n'
}

// Reports whether a test failed by itself, and not by those in it, and was to pass.
function isOwn({ todo, details }) {
  return (todo === undefined || todo === false) && details?.error?.failureType !== 'subtestsFailed'
}

// Returns where a test is, its name, and what it failed with:
//
//	test/till.test.js:3: adds: Expected values to be strictly equal: 2 !== 3
function said({ name, file, line, details }, printed) {
  const error = details?.error
  const message = String(error?.cause?.message ?? error?.cause ?? error?.message)
  const text = message.split('\n').filter((l) => l.trim()).slice(0, 2).join(' ')
  if (file === undefined) return `${name}: ${text}`
  if (resolve(name) !== file) return `${relative('', file)}:${line}: ${name}: ${text}`
  return `${relative('', file)}: ${/^\w*Error\b.*/m.exec(printed)?.[0] ?? text}`
}
