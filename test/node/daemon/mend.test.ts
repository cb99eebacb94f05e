import assert from 'node:assert/strict'
import { join } from 'node:path'
import { mendAfter } from '../../../node/daemon/mend.ts'
import { type MeshFile, saveMeshFile } from '../../../node/daemon/mesh-file.ts'
import { createLostDecisions } from '../../../node/generations/lost-decisions.ts'
import { createIdentity, damagedStores, openStore } from '../../../node/storage/index.ts'
import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { type Decision, decisionCodec } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { newIdentity } from '../../support/identities.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const MESH = { mesh: '0123456789abcdef', name: 'home' }

describe('a start that a damaged store made fail', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  const [own, other] = [newIdentity(), newIdentity()]
  beforeEach(async () => {
    scratch = await scratchDir()
  })
  afterEach(() => scratch.remove())

  const damaged = (path: string) => new CoterieError('storeCorrupt', { path, detail: 'a test says so' })
  const setUp = async (mesh: Omit<MeshFile, keyof typeof MESH> | null) => {
    await (await openStore({ dataDir: scratch.path, logger: silentLogger })).close()
    await createIdentity(scratch.path, { privateKey: own.seed })
    if (mesh !== null) await saveMeshFile(scratch.path, { ...MESH, ...mesh })
  }
  const mend = (error: unknown) => mendAfter(error, scratch.path, silentLogger)

  const mended: Readonly<Record<string, Omit<MeshFile, keyof typeof MESH>>> = {
    'a node that joined': { founder: false, members: [other.node] },
    'a founder that knows others': { founder: true, founded: true, members: [own.node, other.node] },
  }
  for (const [who, mesh] of Object.entries(mended))
    it(`is tried again with a new store by ${who}`, async () => {
      await setUp(mesh)
      assert.equal(await mend(damaged(scratch.path)), true)
      assert.equal((await damagedStores(scratch.path)).length, 1)
    })

  it('keeps the list of what only an older generation had, for nobody else has it', async () => {
    await setUp({ founder: false, members: [other.node] })
    const listed = async (use: (lost: ReturnType<typeof createLostDecisions>) => Promise<unknown>) => {
      const store = await openStore({ dataDir: scratch.path, logger: silentLogger })
      try {
        return await use(createLostDecisions(store.records('generations')))
      } finally {
        await store.close()
      }
    }
    const decision: Decision = { type: 'nodeDrained', node: other.node, draining: true }
    const entry: LogEntry = { index: 12, term: 4, kind: 'decision', data: decisionCodec.encode(decision) }
    const hardState = { term: 5, votedFor: null, commitIndex: 12 }
    await listed((lost) => lost.keep({ hardState, entries: [entry] }, { index: 10, term: 3 }))
    await mend(damaged(scratch.path))
    assert.deepEqual(await listed((lost) => lost.list()), {
      decisions: [{ generation: 1, index: 12, committed: true, decision }],
      spans: [],
    })
  })

  const left: Readonly<Record<string, Omit<MeshFile, keyof typeof MESH> | null>> = {
    'of a node that belongs to no mesh': null,
    'of one that knows nobody else': { founder: true, founded: true, members: [own.node] },
    'of a founder that may not have founded': { founder: true, members: [own.node, other.node] },
  }
  for (const [whose, mesh] of Object.entries(left))
    it(`${whose} is left to a person`, async () => {
      await setUp(mesh)
      assert.equal(await mend(damaged(scratch.path)), false)
      assert.deepEqual(await damagedStores(scratch.path), [])
    })

  it('for another reason, or because of another file, is left to a person', async () => {
    await setUp({ founder: false, members: [other.node] })
    assert.equal(await mend(new Error('no')), false)
    assert.equal(await mend(damaged(join(scratch.path, 'mesh.json'))), false)
    assert.deepEqual(await damagedStores(scratch.path), [])
  })

  it('is not mended under another daemon', async () => {
    await setUp({ founder: false, members: [other.node] })
    const store = await openStore({ dataDir: scratch.path, logger: silentLogger })
    try {
      await assert.rejects(mend(damaged(scratch.path)), { code: 'dataDirInUse' })
    } finally {
      await store.close()
    }
  })
})
