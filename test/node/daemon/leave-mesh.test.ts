import assert from 'node:assert/strict'
import { leaveMesh } from '../../../node/daemon/leave-mesh.ts'
import type { ConsensusView } from '../../../protocols/consensus/index.ts'
import type { AdmittedNode, Decision } from '../../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'

/** A node that leaves; `other*` is an edge node, `-other` drains; `refusal` is what its first decision meets. */
const leaving = (names: readonly string[], refusal?: CoterieError) => {
  const decided: Decision['type'][] = []
  const nodes = names.map((name): [string, Pick<AdmittedNode, 'role' | 'draining'>] => [
    name.replace(/\W/g, ''),
    { role: name.includes('*') ? 'edge' : 'full', draining: name.startsWith('-') },
  ])
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
      view: { nodes: new Map(nodes) },
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

  it('does not leave the others to edge nodes, which plan nothing, or to who leaves too', async () => {
    for (const others of [['other*'], ['-other', 'third*'], ['-other']]) {
      const { decided, done } = leaving(['self', ...others])
      await assert.rejects(done, (error) => isCoterieError(error, 'lastToLead'))
      assert.deepEqual(decided, [])
    }
  })

  it('is no matter of edge nodes where an edge node leaves', async () => {
    const { decided, done } = leaving(['self*', 'other*'])
    await done
    assert.deepEqual(decided, ['nodeDrained', 'nodeRemoved'])
  })

  it('fails where this node does not follow the log yet, so that the others learn of it later', async () => {
    for (const nodes of [[], ['other']]) {
      const { done } = leaving(nodes, new CoterieError('noQuorum', { waitedMs: 1 }))
      await assert.rejects(done, (error) => isCoterieError(error, 'noQuorum'))
    }
  })
})
