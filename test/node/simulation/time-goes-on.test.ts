import { deepEqual } from 'node:assert/strict'
import { drive } from '../../../node/simulation/drive.ts'
import { createTimeGuard } from '../../../node/simulation/time-goes-on.ts'
import { createTimeline } from '../../../node/simulation/timeline.ts'

/** What is said of a run in which somebody does something again every `everyMs`. */
const judge = async (everyMs: number): Promise<readonly string[]> => {
  const timeline = createTimeline()
  const said: string[] = []
  const guard = createTimeGuard(timeline, (checker) => said.push(checker))
  const again = (): void => void timeline.after(everyMs, again)
  again()
  await drive(timeline, 1_000, () => {
    guard()
    return said.length > 0
  })
  return said
}

describe('a simulated run', () => {
  it('ends where something is done again and again within no time', async () => {
    deepEqual(await judge(0), ['time-goes-on'])
    deepEqual(await judge(0.000_01), ['time-goes-on'])
  })

  it('goes on where it takes time, however often', async () => {
    deepEqual(await judge(0.01), [])
  })
})
