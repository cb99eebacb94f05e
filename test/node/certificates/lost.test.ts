import assert from 'node:assert/strict'
import { openKept, restoreLost } from '../../../node/certificates/index.ts'
import { createSigning } from '../../../node/intent/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { type Circle, foundCircle, memoryFiles } from './nodes.ts'

describe('certificates whose file is lost', () => {
  let circle: Circle
  beforeEach(async () => {
    circle = await foundCircle()
  })
  afterEach(() => circle.close())

  const lastLog = (node: NodeId, name: string, others: readonly NodeId[]) => async () => ({
    root: circle.founder.kept.root,
    claims: { node, name, role: 'full', capabilities: [] } as const,
    others,
  })
  const parts = (node: NodeId, seed: Uint8Array, files = memoryFiles()) => ({
    clock: circle.clock,
    logger: silentLogger,
    requests: circle.network.join(node).requests,
    keys: createSigning(seed),
    files,
    hosts: () => ['192.168.7.9'],
  })

  it('are issued anew to a member, which has its key and its log', async () => {
    const { node, seed } = circle.applicant()
    await circle.admit(node, 'cellar')
    const components = parts(node, seed)
    await restoreLost({ ...components, lastLog: lastLog(node, 'cellar', [circle.founder.node]) }, circle.mesh)
    const kept = await openKept(components.files)
    assert.equal(circle.founder.certificates.verify(kept.identity(), node).name, 'cellar')
    assert.equal(kept.issuer(), null)
  })

  it('are left as they are where they are there', async () => {
    const cellar = await circle.join('cellar')
    const lastLog = () => Promise.reject(new Error('nobody asks for it'))
    await restoreLost({ ...parts(cellar.node, new Uint8Array(32), cellar.files), lastLog }, circle.mesh)
    assert.equal((await openKept(cellar.files)).leaf().serial, cellar.kept.leaf().serial)
  })

  it("are made by the root's key where that is here, though nobody else is", async () => {
    const { node, files, kept } = circle.founder
    const before = kept.leaf().serial
    await files.remove('certificates.json')
    const components = parts(node, circle.founder.seed, files)
    await restoreLost({ ...components, lastLog: lastLog(node, 'attic', []) }, circle.mesh)
    const again = await openKept(files)
    assert.notEqual(again.leaf().serial, before)
    assert.equal(circle.founder.certificates.verify(again.identity(), node).name, 'attic')
  })

  it('stay lost where the log does not know the root, and where no issuer answers', async () => {
    const { node, seed } = circle.applicant()
    const components = parts(node, seed)
    const unknowing = async () => ({ ...(await lastLog(node, 'cellar', [])()), root: null })
    await assert.rejects(restoreLost({ ...components, lastLog: unknowing }, circle.mesh), {
      code: 'storeCorrupt',
    })
    const waiting = assert.rejects(
      restoreLost({ ...components, lastLog: lastLog(node, 'cellar', []) }, circle.mesh),
      { code: 'issuerUnreachable' },
    )
    let isOver = false
    void waiting.then(() => {
      isOver = true
    })
    while (!isOver) {
      circle.clock.pass(1_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await waiting
  })
})
