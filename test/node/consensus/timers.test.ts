import assert from 'node:assert/strict'
import { createTimers } from '../../../node/consensus/index.ts'
import type { ConsensusTimer } from '../../../protocols/consensus/index.ts'

/** A clock on which time passes and timers fire when the test says so, which need not be together. */
const createBusyClock = () => {
  let now = 0
  let due: { readonly atMs: number; readonly task: () => void }[] = []
  return {
    nowMs: () => now,
    after: (afterMs: number, task: () => void) => {
      const timer = { atMs: now + afterMs, task }
      due.push(timer)
      return () => {
        due = due.filter((other) => other !== timer)
      }
    },
    pass: (ms: number) => {
      now += ms
    },
    fire: () => {
      const ready = due.filter(({ atMs }) => atMs <= now)
      due = due.filter((timer) => !ready.includes(timer))
      for (const { task } of ready) task()
    },
  }
}

describe('the timers of consensus', () => {
  const start = () => {
    const clock = createBusyClock()
    const fired: [ConsensusTimer, number][] = []
    const timers = createTimers(clock, (timer, token) => fired.push([timer, token]))
    return { clock, fired, timers }
  }

  it('fire on time, the newest of each kind alone', () => {
    const { clock, fired, timers } = start()
    timers.set({ timer: 'election', afterMs: 700, token: 1 })
    timers.set({ timer: 'election', afterMs: 900, token: 2 })
    timers.set({ timer: 'heartbeat', afterMs: 150, token: 7 })
    for (let step = 0; step < 10; step++) {
      clock.pass(100)
      clock.fire()
    }
    assert.deepEqual(fired, [
      ['heartbeat', 7],
      ['election', 2],
    ])
  })

  it('let a process that stood still read first what its leader said meanwhile', () => {
    const { clock, fired, timers } = start()
    timers.set({ timer: 'election', afterMs: 700, token: 1 })
    clock.pass(2_000)
    clock.fire()
    assert.deepEqual(fired, [])
    timers.set({ timer: 'election', afterMs: 700, token: 2 })
    clock.pass(100)
    clock.fire()
    assert.deepEqual(fired, [])
  })

  it('do not let it wait for long where nothing was said', () => {
    const { clock, fired, timers } = start()
    timers.set({ timer: 'election', afterMs: 700, token: 1 })
    clock.pass(2_000)
    clock.fire()
    clock.pass(1_000)
    clock.fire()
    assert.deepEqual(fired, [['election', 1]])
  })

  it('tell a leader at once that its heartbeat is late', () => {
    const { clock, fired, timers } = start()
    timers.set({ timer: 'heartbeat', afterMs: 150, token: 1 })
    clock.pass(2_000)
    clock.fire()
    assert.deepEqual(fired, [['heartbeat', 1]])
  })
})
