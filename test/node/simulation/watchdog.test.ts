import assert from 'node:assert/strict'
import { createMachineClock } from '../../../node/simulation/clock.ts'
import { createGate } from '../../../node/simulation/gate.ts'
import { createRandom } from '../../../node/simulation/random.ts'
import { createSimulatedWatchdog } from '../../../node/simulation/watchdog.ts'
import { createVirtualTime } from './virtual-time.ts'

/** More than a kill takes. */
const KILL_MS = 2_000

const NODE = 'node1'
const TASK = 'shop.db.0.1'

const setUp = () => {
  const time = createVirtualTime()
  const random = createRandom(1)
  const clock = createMachineClock(time, random)
  const killed: string[] = []
  const watchdog = createSimulatedWatchdog(
    { clock, random, after: time.after, kill: (_node, task) => void killed.push(task) },
    NODE,
  )
  const life = createGate((error) => {
    throw error
  })
  return {
    time,
    killed,
    guardFor: (ms: number) => {
      const untilBootMs = clock.nowMs() + ms
      const handle = { type: 'processGroup', leader: 1, startTicks: 1 } as const
      return time.settled(watchdog.open(life).guard({ task: TASK, token: 1, handle, untilBootMs }))
    },
    sleepFor: async (ms: number) => {
      clock.sleep()
      watchdog.sleep()
      await time.pass(ms)
      clock.wake()
      watchdog.wake()
    },
  }
}

describe('the watchdog of a simulated machine that slept', () => {
  it('kills soon after waking what lapsed meanwhile', async () => {
    const { time, killed, guardFor, sleepFor } = setUp()
    await guardFor(5_000)
    await sleepFor(20_000)
    assert.equal(killed.length, 0)
    await time.pass(KILL_MS)
    assert.ok(killed.includes(TASK))
  })

  it('kills in time what lapses after it woke, however long it slept', async () => {
    const { time, killed, guardFor, sleepFor } = setUp()
    await guardFor(10_000)
    await sleepFor(9_000)
    await time.pass(900)
    assert.equal(killed.length, 0)
    await time.pass(100 + KILL_MS)
    assert.ok(killed.includes(TASK))
  })
})
