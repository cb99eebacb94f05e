/**
 * `npm test`: every test, in two processes side by side. The one waits most of its time, for elections, leases, engines and
 * browsers; the other one only computes, gives way wherever both want a processor, and is shown when the first has ended. The
 * last line is the sum of both. What is given is given to mocha: `npm test -- --grep WORDS`.
 */
import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const ALL = 'test/**/*.test.ts'

/** Tests that listen nowhere, and know only a virtual clock. */
const COMPUTED = 'test/{cli/sim,crdt,fuzz,house,node/simulation,protocols,sim}/**/*.test.ts'

interface Outcome {
  readonly code: number | null
  readonly said: string
}

/** Runs mocha to its end; `show` is given what it says, as it says it. */
const runMocha = (words: readonly string[], priority: number, show: (text: string) => void) => {
  const colour = process.stdout.isTTY ? ['--color'] : []
  const child = spawn(
    process.execPath,
    [fileURLToPath(import.meta.resolve('mocha/bin/mocha.js')), ...words, ...colour, ...process.argv.slice(2)],
    { cwd: fileURLToPath(new URL('../', import.meta.url)), stdio: ['inherit', 'pipe', 'inherit'] },
  )
  if (child.pid !== undefined) setPriority(child.pid, priority)
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    show(text)
  })
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  child.once('error', reject)
  child.once('close', (code) => resolve({ code, said }))
  return promise
}

/** What the last line counts: passed, failed, skipped. Null where there is no such line. */
const countsIn = ({ said }: Outcome): readonly number[] | null => {
  const last = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(stripVTControlCharacters(said))
  return last === null ? null : last.slice(1).map(Number)
}

const computing = runMocha([COMPUTED], constants.priority.PRIORITY_BELOW_NORMAL, () => undefined)
const waiting = runMocha([ALL, '--ignore', COMPUTED], constants.priority.PRIORITY_NORMAL, (text) =>
  process.stdout.write(text),
)
const [waited, computed] = [await waiting, await computing]
process.stdout.write(computed.said)
const [some, others] = [countsIn(waited), countsIn(computed)]
if (some === null || others === null) {
  process.stderr.write('One of the two processes ended before all of its tests had run.\n')
  process.exitCode = 1
} else {
  const [passed, failed, skipped] = some.map((count, at) => count + (others[at] as number))
  process.stdout.write(`\nBoth together:\n${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  process.exitCode = waited.code === 0 && computed.code === 0 ? 0 : 1
}
