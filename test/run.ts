/**
 * `npm test`: every test, in three processes side by side. Two wait most of their time, for elections, leases, engines and
 * browsers: the files are dealt to them so that both take as long. The third only computes, and gives way wherever others want a processor.
 * What the first says is shown as it comes, that of the others when it has ended. At the end stands what failed, once more, and the sum
 * of all. What is given is given to mocha: `npm test -- --grep WORDS`.
 */
import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { makeVendored } from './support/vendored.ts'

const ALL = 'test/**/*.test.ts'

/** Tests that listen nowhere, and know only a virtual clock. */
const COMPUTED = 'test/{cli/sim,crdt,fuzz,house,node/simulation,protocols,sim}/**/*.test.ts'

/** Half of the tests of whole daemons, and those of what a node is made of. */
const SECOND = ['test/e2e/[j-z]*.test.ts', 'test/node/**/*.test.ts']

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

/** What mocha says of its failures, which is behind everything else. */
const failuresIn = ({ said }: Outcome): string =>
  /^ {2}\d+ failing\n.*/ms.exec(stripVTControlCharacters(said))?.[0] ?? ''

const quietly = () => undefined
const { PRIORITY_NORMAL, PRIORITY_BELOW_NORMAL } = constants.priority
const ignoring = (files: readonly string[]) => files.flatMap((each) => ['--ignore', each])

await makeVendored()
const first = runMocha([ALL, ...ignoring([COMPUTED, ...SECOND])], PRIORITY_NORMAL, (text) =>
  process.stdout.write(text),
)
const second = runMocha([...SECOND, ...ignoring([COMPUTED])], PRIORITY_NORMAL, quietly)
const computed = runMocha([COMPUTED], PRIORITY_BELOW_NORMAL, quietly)

await first
for (const outcome of [second, computed]) process.stdout.write((await outcome).said)
const outcomes = await Promise.all([first, second, computed])
const counts = outcomes.flatMap((outcome) => [countsIn(outcome) ?? []]).filter(({ length }) => length > 0)
if (counts.length < outcomes.length) {
  process.stderr.write('One of the processes ended before all of its tests had run.\n')
  process.exitCode = 1
} else {
  const sum = (at: number): number => counts.reduce((total, each) => total + (each[at] as number), 0)
  process.stdout.write(outcomes.map(failuresIn).join(''))
  process.stdout.write(`\nAll together:\n${sum(0)} passed, ${sum(1)} failed, ${sum(2)} skipped\n`)
  process.exitCode = outcomes.every(({ code }) => code === 0) ? 0 : 1
}
