/** Rows of facts, and what a judge says of them. */
import assert from 'node:assert/strict'
import type { Verdict } from '../../../node/doctor/verdict.ts'

/** Facts -> result, words of the finding, words of the fix. */
type Row<Facts> = readonly [string, Facts, Verdict['result'], RegExp, RegExp | null]

/** A test of each row. */
export const judged = <Facts>(
  judge: (facts: Facts) => readonly Verdict[],
  rows: readonly Row<Facts>[],
): void => {
  for (const [name, facts, result, finding, fix] of rows)
    it(name, () => {
      const [verdict, ...others] = judge(facts)
      assert.deepEqual(others, [])
      assert.equal(verdict?.result, result)
      assert.match(verdict.finding, finding)
      if (fix === null) assert.equal(verdict.fix, null)
      else assert.match(verdict.fix ?? '', fix)
    })
}
