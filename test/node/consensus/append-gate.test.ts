import assert from 'node:assert/strict'
import { gateAppend } from '../../../node/consensus/append-gate.ts'
import type { ConsensusMessage, LogEntry } from '../../../protocols/consensus/index.ts'

const entry = (index: number): LogEntry => ({
  index,
  term: 1,
  kind: 'decision',
  data: new Uint8Array([index]),
})
const append = (...indexes: number[]): Extract<ConsensusMessage, { type: 'append' }> => ({
  type: 'append',
  term: 1,
  prevIndex: 0,
  prevTerm: 0,
  entries: indexes.map(entry),
  commitIndex: 0,
  round: 1,
})

/** Passes an append of three entries, of which those in `missing` name bytes that are not here, and collects what got through. */
const gate = (missing: readonly number[]) => {
  const passed: number[][] = []
  const stored = Promise.withResolvers<void>()
  let asked: readonly number[] = []
  const named = {
    isStored: ({ index }: LogEntry) => !missing.includes(index),
    untilStored: (entries: readonly LogEntry[]) => {
      asked = entries.map(({ index }) => index)
      return stored.promise
    },
  }
  gateAppend(append(1, 2, 3), named, (message) => passed.push(message.entries.map(({ index }) => index)))
  return { passed, stored, asked: () => asked }
}

/** Lets what was promised run. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('consensus: an append that names bytes which are not here', () => {
  it('goes on whole when all is stored', () => assert.deepEqual(gate([]).passed, [[1, 2, 3]]))

  it('goes on up to what is missing at once, as a heartbeat does, and whole once that is here', async () => {
    const { passed, stored, asked } = gate([2])
    assert.deepEqual(passed, [[1]])
    assert.deepEqual(asked(), [1, 2, 3])
    stored.resolve()
    await settle()
    assert.deepEqual(passed, [[1], [1, 2, 3]])
  })

  it('is dropped when the bytes do not come, for the leader to send again', async () => {
    const { passed, stored } = gate([1])
    stored.reject(new Error('nobody has them'))
    await settle()
    assert.deepEqual(passed, [[]])
  })
})
