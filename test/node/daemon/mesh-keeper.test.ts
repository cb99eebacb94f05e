import assert from 'node:assert/strict'
import { mkdir, readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { loadMeshFile, type MeshFile, saveMeshFile } from '../../../node/daemon/mesh-file.ts'
import { createMeshKeeper, type MeshKeeper } from '../../../node/daemon/mesh-keeper.ts'
import { eventually } from '../../support/eventually.ts'
import { newIdentity } from '../../support/identities.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const [ONE, OTHER, THIRD] = [newIdentity().node, newIdentity().node, newIdentity().node]
const MESH: MeshFile = { mesh: '0123456789abcdef', name: 'home', founder: true, members: [ONE] }

describe('mesh keeper', () => {
  let dir: Awaited<ReturnType<typeof scratchDir>>
  let dataDir: string
  let keeper: MeshKeeper

  beforeEach(async () => {
    dir = await scratchDir()
    dataDir = dir.path
    await saveMeshFile(dataDir, MESH)
    keeper = createMeshKeeper({ logger: silentLogger }, { dataDir, mesh: MESH })
  })
  afterEach(async () => {
    await keeper.close()
    await dir.remove()
  })

  const membersOnDisk = async (): Promise<readonly string[]> => (await loadMeshFile(dataDir))?.members ?? []

  it('writes who is a member at each change, the last one last', async () => {
    keeper.setMembers(new Set([ONE, OTHER]))
    keeper.setMembers(new Set([ONE, OTHER, THIRD]))
    keeper.setMembers(new Set([OTHER, THIRD]))
    await eventually('the last members are on disk', async () =>
      isDeepStrictEqual(await membersOnDisk(), [OTHER, THIRD].sort()),
    )
    assert.deepEqual(await readdir(dataDir), ['mesh.json'])
  })

  it('keeps the members when it notes that the mesh is founded', async () => {
    keeper.setMembers(new Set([ONE, OTHER]))
    await keeper.noteFounded()
    assert.deepEqual(await loadMeshFile(dataDir), { ...MESH, members: [ONE, OTHER].sort(), founded: true })
  })

  it('writes nothing once it is closed', async () => {
    keeper.setMembers(new Set([ONE, OTHER]))
    await keeper.close()
    const written = await membersOnDisk()
    keeper.setMembers(new Set([THIRD]))
    await keeper.close()
    assert.deepEqual(await membersOnDisk(), written)
  })

  it('leaves the file as it was where it cannot be written, says so, and tries again at the next change', async () => {
    const inTheWay = join(dataDir, 'mesh.json.new')
    const warned = Promise.withResolvers<string>()
    const logger = { ...silentLogger, warn: (_fields: object, message: string) => warned.resolve(message) }
    keeper = createMeshKeeper({ logger }, { dataDir, mesh: MESH })
    await mkdir(inTheWay)
    keeper.setMembers(new Set([ONE, OTHER]))
    assert.equal(await warned.promise, 'the list of members was not written')
    assert.deepEqual(await membersOnDisk(), MESH.members)
    await rmdir(inTheWay)
    keeper.setMembers(new Set([ONE, THIRD]))
    await keeper.noteFounded()
    assert.deepEqual(await membersOnDisk(), [ONE, THIRD].sort())
  })
})
