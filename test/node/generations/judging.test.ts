import assert from 'node:assert/strict'
import { createKnownChain, type KnownChain } from '../../../node/generations/known-chain.ts'
import { createSigning } from '../../../node/intent/index.ts'
import type { Store } from '../../../node/ports/storage.ts'
import { openStore } from '../../../node/storage/index.ts'
import type { ConsensusView } from '../../../protocols/consensus/index.ts'
import { createDecisions } from '../../../protocols/decisions/index.ts'
import {
  type Generation,
  type GenerationClaim,
  type GenerationRecord,
  generationMessage,
  generationOf,
} from '../../../protocols/generations/index.ts'
import { newIdentity, type TestIdentity } from '../../support/identities.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const MESH = '0123456789abcdef'

describe('a record of a newer generation', () => {
  const [attic, cellar, stranger] = [newIdentity(), newIdentity(), newIdentity()] as [
    TestIdentity,
    TestIdentity,
    TestIdentity,
  ]
  const { hash, verify } = createSigning(attic.seed)
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  let store: Store
  let known: KnownChain
  let decisions: ReturnType<typeof createDecisions>
  let present: { generation: Generation | null; supersededBy: Generation | null }

  const open = async (): Promise<void> => {
    store = await openStore({ dataDir: scratch.path, logger: silentLogger })
    known = createKnownChain({
      consensus: {
        view: () => present as ConsensusView,
        recover: async () => undefined,
        supersede: async () => undefined,
        cutLog: () => undefined,
        readIndex: async () => 0,
        onGenerationMet: () => () => undefined,
      },
      decisions: { view: decisions.view, decide: async () => 0, onBatch: () => () => undefined },
      records: store.records('generations'),
      hash,
      verify,
    })
    await known.load()
  }

  beforeEach(async () => {
    scratch = await scratchDir()
    present = { generation: null, supersededBy: null }
    decisions = createDecisions()
    decisions.apply(1, { type: 'meshFounded', mesh: MESH, name: 'home', atMs: 0 })
    for (const [at, { node }] of [attic, cellar].entries())
      decisions.apply(2 + at, { type: 'nodeAdmitted', node, name: `n${at}`, addresses: [], atMs: 0 })
    await open()
  })
  afterEach(async () => {
    await store.close()
    await scratch.remove()
  })

  const signed = async (by: TestIdentity, more: Partial<GenerationClaim> = {}): Promise<GenerationRecord> => {
    const claim: GenerationClaim = {
      mesh: MESH,
      number: 2,
      parent: null,
      by: by.node,
      atMs: 1,
      from: { index: 3, term: 1 },
      survivors: [by.node],
      ...more,
    }
    return { ...claim, signature: await createSigning(by.seed).sign(generationMessage(claim)) }
  }

  it('counts where a member signed it, also after others', async () => {
    const first = await signed(attic)
    const second = await signed(cellar, { number: 5, parent: generationOf(first, hash) })
    assert.deepEqual(await known.judge([first]), generationOf(first, hash))
    assert.deepEqual(await known.judge([first, second]), generationOf(second, hash))
  })

  it('counts where somebody signed it who may have been admitted since', async () => {
    assert.ok(await known.judge([await signed(stranger)]))
  })

  it('counts for nothing where it was forged, or is of another mesh, or of who was removed', async () => {
    const honest = await signed(attic)
    const forged: GenerationRecord[] = [
      { ...honest, number: 9 },
      { ...honest, by: cellar.node },
      { ...honest, from: { index: 99, term: 1 } },
      await signed(attic, { mesh: 'ffffffffffffffff' }),
    ]
    for (const record of forged) assert.equal(await known.judge([record]), null)
    decisions.apply(4, { type: 'nodeRemoved', node: attic.node, atMs: 0 })
    assert.equal(await known.judge([honest]), null)
  })

  it('counts for nothing where it is not newer, or follows nothing', async () => {
    const record = await signed(attic)
    present = { generation: generationOf(record, hash), supersededBy: null }
    assert.equal(await known.judge([record]), null)
    const orphan = await signed(cellar, { number: 9, parent: { number: 4, id: '0'.repeat(32) } })
    assert.equal(await known.judge([orphan]), null)
    assert.equal(await known.judge([]), null)
  })

  it('is told on where its log is not here yet, also after a restart', async () => {
    const record = await signed(cellar)
    await known.meet([record])
    present = { generation: null, supersededBy: generationOf(record, hash) }
    await store.close()
    await open()
    assert.deepEqual(known.records(), [record])
  })
})
