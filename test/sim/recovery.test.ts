/** Runs in which a majority of the voters is given up, and somebody recovers elsewhere. */
import { deepEqual } from 'node:assert/strict'
import { simulate } from '../../node/simulation/index.ts'

/** Seeds that found a bug once; what each was is said beside it. */
const KEPT: Readonly<Record<number, string>> = {
  12: 'a member that was told of an older generation a moment before was never told of the newer one',
  100: 'a member took over a snapshot of before the recovery, in which it voted alone',
  20158: 'a snapshot of the older generation arrived just after somebody recovered, and was taken',
  127: 'a log that was cut off just where a generation began was never cut off behind it',
}
const RUNS = 12

const recoveriesOf = (seed: number) => simulate({ seed, kind: 'recovery' })

describe('recoveries', function () {
  this.timeout(120_000)

  it(`keep every invariant in ${RUNS} runs, and end in one generation`, async () => {
    for (let seed = 1; seed <= RUNS; seed++)
      deepEqual((await recoveriesOf(seed)).violations, [], `seed ${seed}`)
  })

  it('play the same from the same seed', async () => {
    const [first, again] = [await recoveriesOf(3), await recoveriesOf(3)]
    deepEqual(again.transcript.lines(), first.transcript.lines())
  })

  for (const [seed, what] of Object.entries(KEPT))
    it(`go well where ${what}`, async () => {
      deepEqual((await recoveriesOf(Number(seed))).violations, [])
    })
})
