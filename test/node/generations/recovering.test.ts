import assert from 'node:assert/strict'
import { createRecovering } from '../../../node/generations/recovering.ts'
import { createSigning } from '../../../node/intent/index.ts'
import type { ConsensusView } from '../../../protocols/consensus/index.ts'
import { createDecisions, decisionCodec } from '../../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import type { Generation } from '../../../protocols/generations/index.ts'
import type { VersionRange } from '../../../protocols/versions/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'
import { newIdentity } from '../../support/identities.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const MESH = '0123456789abcdef'
const PREVIOUS: VersionRange = { least: 1, most: 1 }
const PRESENT: VersionRange = { least: 1, most: 2 }

/** The attic, which lost the majority of its mesh; the cellar is the member that it may still hear. */
const survivor = ({ meshVersion, cellar }: { meshVersion: number; cellar: VersionRange | 'silent' }) => {
  const [attic, other] = [newIdentity(), newIdentity()]
  const decisions = createDecisions()
  decisions.apply(1, { type: 'meshFounded', mesh: MESH, name: 'home', atMs: 0, version: meshVersion })
  for (const [at, { node }] of [attic, other].entries())
    decisions.apply(2 + at, {
      type: 'nodeAdmitted',
      node,
      name: `n${at}`,
      addresses: [],
      atMs: 0,
      meshVersions: PRESENT,
    })
  const { hash, sign } = createSigning(attic.seed)
  let generation: Generation | null = null
  const { recover } = createRecovering(
    {
      consensus: {
        view: () =>
          ({
            lastIndex: 3,
            lastTerm: 1,
            commitIndex: 3,
            leader: null,
            generation,
          }) as unknown as ConsensusView,
        recover: async (begun, { index }, data) => {
          generation = begun
          decisions.apply(index + 2, decisionCodec.decode(data))
        },
        supersede: async () => undefined,
        cutLog: () => undefined,
        readIndex: async () => {
          throw new CoterieError('noQuorum', { waitedMs: 1 })
        },
        onGenerationMet: () => () => undefined,
      },
      decisions: { view: decisions.view, decide: async () => 0, onBatch: () => () => undefined },
      supportedBy: () => (cellar === 'silent' ? PREVIOUS : cellar),
      connections: {
        self: attic.node,
        connected: () => (cellar === 'silent' ? [] : [other.node]),
        onPeer: () => () => undefined,
      },
      hash,
      sign,
      clock: createHandClock(),
      logger: silentLogger,
    },
    { start: () => {}, stop: () => {}, with: async () => null, tellAll: () => {} },
  )
  return { view: decisions.view, recover: () => recover({ force: false }) }
}

describe('recovering a mesh of the previous version', () => {
  it('brings it to the version that a recovery needs', async () => {
    for (const cellar of [PRESENT, 'silent'] as const) {
      const { view, recover } = survivor({ meshVersion: 1, cellar })
      const { number } = await recover()
      assert.deepEqual([view.generations.at(-1)?.number, view.meshVersion], [number, 2])
    }
  })

  it('is refused while a member is heard that would not understand it', async () => {
    const { view, recover } = survivor({ meshVersion: 1, cellar: PREVIOUS })
    await assert.rejects(
      recover(),
      (error) =>
        isCoterieError(error, 'recoveryNeedsUpdate') &&
        error.message.includes('n1') &&
        error.data.needed === 2,
    )
    assert.deepEqual([view.generations, view.meshVersion], [[], 1])
  })

  it('asks for no update where the mesh is at that version: who is older follows it no more as it is', async () => {
    const { view, recover } = survivor({ meshVersion: 2, cellar: PREVIOUS })
    await recover()
    assert.equal(view.generations.length, 1)
  })
})
