import assert from 'node:assert/strict'
import { acceptedRevisions, judgeForwarded } from '../../../node/decisions/index.ts'
import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { decisionCodec } from '../../../protocols/decisions/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { accepted, admitted, drained, unreadable } from './some-decisions.ts'

describe('revisions that entries accept', () => {
  it('are named, and entries that cannot be read name none', () => {
    const contents = [...[accepted, admitted].map((decision) => decisionCodec.encode(decision)), unreadable]
    const entries: LogEntry[] = [
      { index: 1, term: 1, kind: 'noop', data: new Uint8Array() },
      ...contents.map((data, at) => ({ index: at + 2, term: 1, kind: 'decision' as const, data })),
    ]
    assert.deepEqual(acceptedRevisions(entries), ['a'.repeat(64)])
  })
})

describe('a decision that a member asks the leader to propose', () => {
  it('may be about a node, and not be one that the leader makes from its own view', () => {
    judgeForwarded(decisionCodec.encode(admitted))
    judgeForwarded(decisionCodec.encode(drained))
    for (const own of [accepted, { type: 'meshVersionRaised', version: 2, asOf: 1 } as const])
      assert.throws(
        () => judgeForwarded(decisionCodec.encode(own)),
        (error) => isCoterieError(error, 'decisionRefused'),
      )
    assert.throws(
      () => judgeForwarded(unreadable),
      (error) => isCoterieError(error, 'malformedMessage'),
    )
  })
})
