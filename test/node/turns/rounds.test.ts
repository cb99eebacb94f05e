import assert from 'node:assert/strict'
import { createRounds } from '../../../node/turns/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'

const setUp = () => {
  const clock = createHandClock()
  const begun: number[] = []
  const failures: unknown[] = []
  const state = { answer: Promise.resolve() }
  const rounds = createRounds(
    clock,
    () => {
      begun.push(clock.nowMs())
      return state.answer
    },
    (error) => failures.push(error),
  )
  rounds.start()
  const pass = async (ms: number) => {
    clock.pass(ms)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { rounds, begun, failures, state, pass }
}

describe('rounds', () => {
  it('answer many wake-ups at once, at the earliest time that was asked for', async () => {
    const { rounds, begun, pass } = setUp()
    for (const afterMs of [50, 10, 30]) rounds.wake(afterMs)
    await pass(100)
    assert.deepEqual(begun, [10])
  })

  it('come one at a time: what wakes during one is answered by the next', async () => {
    const { rounds, begun, state, pass } = setUp()
    const { promise, resolve } = Promise.withResolvers<void>()
    state.answer = promise
    rounds.wake(0)
    await pass(0)
    rounds.wake(10)
    await pass(100)
    assert.deepEqual(begun, [0])
    resolve()
    await pass(0)
    await pass(0)
    assert.deepEqual(begun, [0, 100])
  })

  it('go on after one that failed', async () => {
    const { rounds, begun, failures, state, pass } = setUp()
    state.answer = Promise.reject(new Error('the disk is full'))
    rounds.wake(0)
    await pass(0)
    state.answer = Promise.resolve()
    rounds.wake(5)
    await pass(5)
    assert.deepEqual([begun.length, failures.length], [2, 1])
  })

  it('end with a stop, also those that are due, and do not begin before a start', async () => {
    const { rounds, begun, pass } = setUp()
    rounds.wake(10)
    rounds.stop()
    await pass(100)
    rounds.wake(10)
    await pass(100)
    assert.deepEqual(begun, [])
  })
})
