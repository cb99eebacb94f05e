/** Members with real networks on loopback, a real clock and real stores. */
import { createMembershipService, type MembershipService } from '../../../node/membership/index.ts'
import { createChannel, createNetwork, generateIdentity, nodeIdOf } from '../../../node/network/index.ts'
import type { Network } from '../../../node/ports/network.ts'
import type { RecordStore } from '../../../node/ports/storage.ts'
import { openStore } from '../../../node/storage/index.ts'
import {
  MEMBERSHIP_TIMINGS,
  type MemberStatus,
  membershipCodec,
} from '../../../protocols/membership/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { LOOPBACK, realClock } from '../network/nodes.ts'

/** What stays of a member between two of its processes. */
export interface Machine {
  readonly privateKey: Uint8Array
  readonly node: string
  readonly dataDir: string
}

export interface RunningMember {
  readonly machine: Machine
  readonly node: string
  readonly network: Network
  readonly membership: MembershipService
  readonly records: RecordStore
  stop(): Promise<void>
}

const running = new Set<RunningMember>()
const disks: { remove(): Promise<void> }[] = []

export const createMachine = async (): Promise<Machine> => {
  const disk = await scratchDir()
  disks.push(disk)
  const privateKey = generateIdentity()
  return { privateKey, node: nodeIdOf(privateKey), dataDir: disk.path }
}

/** Starts a member, listening at a port of its own; `stopAll` ends it. */
export const startMember = async (
  machine: Machine,
  keep: (records: RecordStore) => RecordStore = (records) => records,
): Promise<RunningMember> => {
  const { privateKey, node, dataDir } = machine
  const store = await openStore({ dataDir, logger: silentLogger })
  const parts = { logger: silentLogger, clock: realClock, random: Math.random }
  const network = createNetwork(parts, { privateKey, listen: [LOOPBACK] })
  const records = store.records('membership')
  const channel = createChannel({ ...network, ...parts }, PROTOCOLS.membership, membershipCodec)
  const membership = createMembershipService(
    { ...parts, ...network, channel, records: keep(records) },
    { self: node, timings: MEMBERSHIP_TIMINGS },
  )
  const member: RunningMember = {
    machine,
    node,
    network,
    membership,
    records,
    stop: async () => {
      running.delete(member)
      await membership.stop()
      await network.stop()
      await store.close()
    },
  }
  running.add(member)
  await network.start()
  await membership.start()
  return member
}

/** Tells each where the others are and that they are admitted. */
export const admit = (members: readonly RunningMember[], nodes = members.map(({ node }) => node)): void => {
  const admitted = new Set(nodes)
  for (const { network, membership } of members) {
    for (const other of members) network.connections.learn(other.node, other.network.connections.addresses())
    network.connections.setMembers(admitted)
    membership.setRoster(admitted)
  }
}

export const viewOf = (member: RunningMember, node: string) =>
  member.membership.members().find((view) => view.node === node)

/** Waits until each of `members` sees `node` in that state. */
export const seen = (
  members: readonly RunningMember[],
  node: string,
  state: MemberStatus,
): Promise<unknown> =>
  eventually(`all see ${node} as ${state}`, () =>
    members.every((member) => viewOf(member, node)?.state === state),
  )

/** Members of one mesh that have met. */
export const startMesh = async (count: number): Promise<RunningMember[]> => {
  const machines = await Promise.all(Array.from({ length: count }, createMachine))
  const members = await Promise.all(machines.map((machine) => startMember(machine)))
  admit(members)
  for (const { node } of members) await seen(members, node, 'alive')
  return members
}

export const stopAll = async (): Promise<void> => {
  await Promise.all([...running].map((member) => member.stop()))
  await Promise.all(disks.splice(0).map((disk) => disk.remove()))
}
