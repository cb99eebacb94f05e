import assert from 'node:assert/strict'
import { acceptedRevisions, judgeForwarded } from '../../../node/decisions/index.ts'
import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { type Decision, decisionCodec } from '../../../protocols/decisions/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { newIdentity } from '../../support/identities.ts'

const NODE = newIdentity().node
const admitted: Decision = { type: 'nodeAdmitted', node: NODE, name: 'attic', addresses: [], atMs: 1 }
const drained: Decision = { type: 'nodeDrained', node: NODE, draining: true }
const accepted: Decision = {
  type: 'revisionAccepted',
  revision: 'a'.repeat(64),
  object: 'service/shop/web',
  parents: [],
  hlc: { wallMs: 1, counter: 0 },
  removed: false,
}
/** Of a version to come. */
const unreadable = new Uint8Array([0xa1, 0x64, 0x74, 0x79, 0x70, 0x65, 0x63, 0x6e, 0x65, 0x77])

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
