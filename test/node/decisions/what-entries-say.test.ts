import assert from 'node:assert/strict'
import { acceptedRevisions, admitForwarded } from '../../../node/decisions/index.ts'
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
    for (const given of [admitted, drained]) {
      const data = decisionCodec.encode(given)
      assert.equal(admitForwarded(data, 5), data)
    }
    for (const own of [accepted, { type: 'meshVersionRaised', version: 2, asOf: 1 } as const])
      assert.throws(
        () => admitForwarded(decisionCodec.encode(own), 5),
        (error) => isCoterieError(error, 'decisionRefused'),
      )
    assert.throws(
      () => admitForwarded(unreadable, 5),
      (error) => isCoterieError(error, 'malformedMessage'),
    )
  })

  it("is proposed with the leader's own time where a token or a revocation is judged by it", () => {
    const token = 'c'.repeat(64)
    const given = [
      { type: 'tokenRevoked', token, atMs: 1 },
      { ...admitted, token, atMs: 1 },
      { type: 'credentialRevoked', credential: token, expiresAtMs: 9, reason: '', atMs: 1 },
      { type: 'nodeRemoved', node: admitted.node, atMs: 1, revoked: { name: 'attic', reason: '' } },
    ] as const
    for (const each of given)
      assert.deepEqual(decisionCodec.decode(admitForwarded(decisionCodec.encode(each), 5)), {
        ...each,
        atMs: 5,
      })
  })
})
