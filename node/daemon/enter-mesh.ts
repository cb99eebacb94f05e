import { type DaemonOptions, type DaemonReady, VERSION } from '../../protocols/control/index.ts'
import type { JoinToken } from '../../protocols/credentials/index.ts'
import { SUPPORTED } from '../../protocols/versions/index.ts'
import { createApplicant, type Files, foundRoot, type NodeKeys } from '../certificates/index.ts'
import { checkSignature, joinMesh } from '../join/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Discovery } from '../ports/discovery.ts'
import type { Logger } from '../ports/logger.ts'
import type { Network } from '../ports/network.ts'
import type { SettledEntry } from './ask-first.ts'
import { type MeshFile, saveMeshFile } from './mesh-file.ts'
import { hostsOf } from './own-hosts.ts'

/** How long a joiner looks for a member before it gives up. */
const JOIN_TIMEOUT_MS = 30_000

export interface EntryComponents {
  readonly network: Network
  readonly clock: Clock
  readonly logger: Logger
  /** Ways of finding the mesh, not yet started; for a machine that joins. */
  readonly discoveries: readonly Discovery[]
  readonly keys: NodeKeys
  readonly files: Files
}

export interface Entry {
  readonly mesh: MeshFile
  readonly how: DaemonReady['how']
  /** Sentences that a person should read. */
  readonly notes: readonly string[]
}

/** Makes this node part of a mesh: as the one that founds it, or by joining. @throws `meshNotFound`, `joinTokenExpired`, ... */
export const enterMesh = async (
  components: EntryComponents,
  options: DaemonOptions,
  checked: SettledEntry,
): Promise<Entry> => {
  switch (checked.kind) {
    case 'restart':
      for (const { node, addresses } of checked.mesh.replaced?.members ?? [])
        components.network.connections.learn(node, addresses)
      return { mesh: checked.mesh, how: 'restarted', notes: [] }
    case 'found':
      return await found(components, options, checked.meshName)
    case 'join':
      return await join(components, options, checked.token)
  }
}

const found = async (
  components: EntryComponents,
  { settings }: DaemonOptions,
  meshName: string,
): Promise<Entry> => {
  const { dataDir, nodeName, role } = settings.values
  const { connections } = components.network
  const claims = { node: connections.self, name: nodeName, role, capabilities: [] }
  const hosts = hostsOf(connections, settings.values)
  const { mesh: id } = await foundRoot(components, { meshName, hosts, ...claims })
  const mesh: MeshFile = { mesh: id, name: meshName, founder: true, members: [] }
  await saveMeshFile(dataDir, mesh)
  return { mesh, how: 'founded', notes: [] }
}

const join = async (
  components: EntryComponents,
  { settings, signal }: DaemonOptions,
  token: JoinToken,
): Promise<Entry> => {
  const { network, keys, logger } = components
  const { connections } = network
  const { dataDir, nodeName, role } = settings.values
  await checkSignature(token, keys.verify)
  const applicant = createApplicant(
    { ...components, hosts: () => hostsOf(connections, settings.values) },
    { self: connections.self },
  )
  const joined = await joinMesh(
    { ...components, applicant },
    {
      token,
      name: nodeName,
      version: VERSION,
      role,
      supported: SUPPORTED,
      timeoutMs: JOIN_TIMEOUT_MS,
      signal,
    },
  )
  for (const { node, addresses } of joined.members) connections.learn(node, addresses)
  const members = joined.members.map(({ node }) => node)
  const mesh: MeshFile = { mesh: joined.mesh, name: joined.meshName, founder: false, members }
  await saveMeshFile(dataDir, mesh)
  if (joined.clockNote !== null) logger.warn({}, joined.clockNote)
  return { mesh, how: 'joined', notes: joined.clockNote === null ? [] : [joined.clockNote] }
}
