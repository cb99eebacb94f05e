import assert from 'node:assert/strict'
import { leaveMesh } from '../../../node/daemon/leave-mesh.ts'
import type { ConsensusView } from '../../../protocols/consensus/index.ts'
import type { Decision } from '../../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'

/** A node that leaves; `refusal` is what its first decision meets. */
const leaving = (nodes: readonly string[], refusal?: CoterieError) => {
  const decided: Decision['type'][] = []
  const done = leaveMesh({
    self: 'self',
    clock: createHandClock(),
    consensus: {
      view: () =>
        ({
          configuration: { voters: ['other'], votersOutgoing: [], learners: [] },
        }) as unknown as ConsensusView,
    },
    decisions: {
      view: { nodes: new Map(nodes.map((node) => [node, {}])) },
      decide: async ({ type }) => {
        decided.push(type)
        if (refusal !== undefined) throw refusal
        return decided.length
      },
    },
    membership: { leave: async () => undefined },
  })
  return { decided, done }
}

describe('leaving a mesh', () => {
  it('drains, then is removed', async () => {
    const { decided, done } = leaving(['self', 'other'])
    await done
    assert.deepEqual(decided, ['nodeDrained', 'nodeRemoved'])
  })

  it('asks nobody where nobody else is', async () => {
    const { decided, done } = leaving(['self'])
    await done
    assert.deepEqual(decided, [])
  })

  it('fails where this node does not follow the log yet, so that the others learn of it later', async () => {
    for (const nodes of [[], ['other']]) {
      const { done } = leaving(nodes, new CoterieError('noQuorum', { waitedMs: 1 }))
      await assert.rejects(done, (error) => isCoterieError(error, 'noQuorum'))
    }
  })
})
