import { type DaemonOptions, type DaemonReady, VERSION } from '../../protocols/control/index.ts'
import { formatSecret } from '../../protocols/credentials/index.ts'
import { SUPPORTED } from '../../protocols/versions/index.ts'
import { createApplicant, type Files, foundRoot, type NodeKeys } from '../certificates/index.ts'
import { joinMesh } from '../join/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Discovery } from '../ports/discovery.ts'
import type { Logger } from '../ports/logger.ts'
import type { Network } from '../ports/network.ts'
import { type MeshFile, saveMeshFile } from './mesh-file.ts'
import { hostsOf } from './trust.ts'

/** How long a joiner looks for a member before it gives up. */
const JOIN_TIMEOUT_MS = 30_000

export interface EntryComponents {
  readonly network: Network
  readonly clock: Clock
  readonly logger: Logger
  /** Ways of finding the mesh, not yet started. */
  readonly discoveries: readonly Discovery[]
  readonly keys: NodeKeys
  readonly files: Files
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
  const { connections } = components.network
  const { self } = connections
  if (founding !== null) {
    const { meshName } = founding
    const claims = { node: self, name: nodeName, role, capabilities: [] }
    const { mesh: id } = await foundRoot(components, { meshName, hosts: hostsOf(connections), ...claims })
    const mesh: MeshFile = { mesh: id, name: founding.meshName, secret: text, founder: true, members: [] }
    await saveMeshFile(dataDir, mesh)
    return { mesh, how: 'founded' }
  }
  const applicant = createApplicant({ ...components, hosts: () => hostsOf(connections) }, { self })
  const init = {
    secret,
    name: nodeName,
    version: VERSION,
    role,
    supported: SUPPORTED,
    timeoutMs: JOIN_TIMEOUT_MS,
    signal,
  }
  const joined = await joinMesh({ ...components, applicant }, init)
  for (const { node, addresses } of joined.members) connections.learn(node, addresses)
  const members = joined.members.map(({ node }) => node)
  const mesh: MeshFile = { mesh: joined.mesh, name: joined.meshName, secret: text, founder: false, members }
  await saveMeshFile(dataDir, mesh)
  return { mesh, how: 'joined' }
}
