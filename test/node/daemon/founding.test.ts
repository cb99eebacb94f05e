import { deepEqual, rejects } from 'node:assert/strict'
import type { Outside } from '../../../node/daemon/outside.ts'
import { foundMesh, type Planes } from '../../../node/daemon/planes.ts'
import type { Decision } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { SUPPORTED } from '../../../protocols/versions/index.ts'
import { newIdentity } from '../../support/identities.ts'

const SELF = newIdentity().node
const MESH = { founder: true, mesh: '0123456789abcdef', name: 'home' }

const OUTSIDE = {
  network: { connections: { self: SELF, addresses: () => [] } },
  nodeName: 'attic',
  clock: { wallMs: () => 1 },
  versions: SUPPORTED,
} as unknown as Outside

/** The planes of a lone voter, whose decisions the test answers. */
const planesOf = (view: object, decide: (decision: Decision) => Promise<number>): Planes => {
  const configuration = { voters: [SELF], votersOutgoing: [], learners: [] }
  return { consensus: { view: () => ({ configuration }) }, decisions: { view, decide } } as unknown as Planes
}

describe('founding', () => {
  it('says the name of the mesh, then its first node', async () => {
    const said: string[] = []
    const planes = planesOf({ mesh: null, nodes: new Map() }, async ({ type }) => said.push(type))
    await foundMesh(OUTSIDE, planes, MESH)
    deepEqual(said, ['meshFounded', 'nodeAdmitted'])
  })

  it('is done already where a restart had not read its own log that far', async () => {
    const view = { mesh: null as object | null, nodes: new Map<string, object>() }
    const said: string[] = []
    const planes = planesOf(view, async ({ type }) => {
      said.push(type)
      view.mesh = MESH
      view.nodes.set(SELF, {})
      throw new CoterieError('decisionRefused', { reason: 'the mesh home is founded already' })
    })
    await foundMesh(OUTSIDE, planes, MESH)
    deepEqual(said, ['meshFounded'])
  })

  it('is not said again by a founder that knows it to be done, whose vote others may have taken meanwhile', async () => {
    const planes = planesOf({ mesh: null, nodes: new Map() }, () => Promise.reject(new Error('it was said')))
    await foundMesh(OUTSIDE, planes, { ...MESH, founded: true })
  })

  it('fails where nothing can be decided', async () => {
    const planes = planesOf({ mesh: null, nodes: new Map() }, async () => {
      throw new CoterieError('noQuorum', { waitedMs: 5_000 })
    })
    await rejects(foundMesh(OUTSIDE, planes, MESH), { code: 'noQuorum' })
  })
})
