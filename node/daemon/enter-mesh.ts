import { randomBytes } from 'node:crypto'
import { type DaemonOptions, type DaemonReady, VERSION } from '../../protocols/control/index.ts'
import { formatSecret } from '../../protocols/credentials/index.ts'
import { SUPPORTED } from '../../protocols/versions/index.ts'
import { joinMesh } from '../join/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Discovery } from '../ports/discovery.ts'
import type { Logger } from '../ports/logger.ts'
import type { Network } from '../ports/network.ts'
import { type MeshFile, saveMeshFile } from './mesh-file.ts'

/** How long a joiner looks for a member before it gives up. */
const JOIN_TIMEOUT_MS = 30_000

const MESH_ID_BYTES = 8

export interface EntryComponents {
  readonly network: Network
  readonly clock: Clock
  readonly logger: Logger
  /** Ways of finding the mesh, not yet started. */
  readonly discoveries: readonly Discovery[]
}

export interface Entry {
  readonly mesh: MeshFile
  readonly how: DaemonReady['how']
}

/** Makes this node part of a mesh: as the one that founds it, or by joining. @throws `meshNotFound`, `secretWrong`, ... */
export const enterMesh = async (
  components: EntryComponents,
  { settings, founding, signal }: DaemonOptions,
  secret: Uint8Array,
): Promise<Entry> => {
  const { dataDir, nodeName, role } = settings.values
  const text = formatSecret(secret)
  if (founding !== null) {
    const id = randomBytes(MESH_ID_BYTES).toString('hex')
    const mesh: MeshFile = { mesh: id, name: founding.meshName, secret: text, founder: true, members: [] }
    await saveMeshFile(dataDir, mesh)
    return { mesh, how: 'founded' }
  }
  const { network } = components
  const init = {
    secret,
    name: nodeName,
    version: VERSION,
    role,
    supported: SUPPORTED,
    timeoutMs: JOIN_TIMEOUT_MS,
    signal,
  }
  const joined = await joinMesh(components, init)
  for (const { node, addresses } of joined.members) network.connections.learn(node, addresses)
  const members = joined.members.map(({ node }) => node)
  const mesh: MeshFile = { mesh: joined.mesh, name: joined.meshName, secret: text, founder: false, members }
  await saveMeshFile(dataDir, mesh)
  return { mesh, how: 'joined' }
}
