import type { NodeId } from '../../protocols/wire/index.ts'
import type { Runtime } from '../ports/runtime.ts'
import type { Service } from '../ports/service.ts'
import type { RecordsService } from '../records/index.ts'
import type { MeshFile } from './mesh-file.ts'
import type { Outside } from './outside.ts'
import { openPlanes, type Planes } from './planes.ts'
import { followRoster, type RosterComponents } from './roster.ts'
import { watchFailures } from './store-failures.ts'
import { openTaskRecords, type TaskRecordsInit } from './task-records.ts'
import { openWork, type Work } from './work.ts'

export interface CoreInit {
  readonly mesh: Pick<MeshFile, 'founder' | 'founded' | 'members'>
  /** What runs tasks here; closed by the agent. */
  readonly runtimes: readonly Runtime[]
  readonly records?: TaskRecordsInit
  /** Who is a member, whenever that changes: what `mesh` has to say in the next life. */
  onMembers(members: ReadonlySet<NodeId>): void
  /** Consensus ended on this node, or its store takes no more or is damaged: only a new process may go on. */
  onFailed(error: Error): void
}

/** A node without its doors for people. */
export interface Core {
  readonly planes: Planes
  readonly work: Work
  readonly records: RecordsService
  readonly roster: RosterComponents
  /** By name, in the order in which they start. */
  readonly services: Readonly<Record<string, Service>>
}

/** What every node is, over the given world; the simulator runs this very composition. Not yet started. */
export const openCore = (
  given: Outside,
  { mesh, runtimes, records: recordsInit = {}, onMembers, onFailed }: CoreInit,
): Core => {
  const outside = { ...given, store: watchFailures(given.store, onFailed) }
  const { network, clock } = outside
  const { connections } = network
  const planes = openPlanes(outside, mesh, onFailed)
  const { membership, intent, consensus, generations, voters, decisions } = planes
  const setMembers = (members: ReadonlySet<NodeId>) => {
    connections.setMembers(members)
    membership.setRoster(members)
    onMembers(members)
  }
  const { revoked } = outside
  const roster = { self: connections.self, decisions, clock, setMembers, ...(revoked && { revoked }) }
  followRoster(roster, mesh.members)
  const work = openWork(outside, planes, runtimes)
  const { leases, agent, acceptance, scheduler, versions } = work
  const records = openTaskRecords(outside, planes, work, recordsInit)
  const services = {
    membership,
    intent,
    consensus,
    generations,
    voters,
    leases,
    agent,
    acceptance,
    scheduler,
    versions,
    records,
  }
  return { planes, work, records, roster, services }
}

/** Starts one after the other; each is stopped with the daemon, also one whose start failed. */
export const startServices = async (
  { shutdown }: Pick<Outside, 'shutdown'>,
  services: Readonly<Record<string, Service>>,
): Promise<void> => {
  for (const [name, service] of Object.entries(services)) {
    shutdown.add(name, () => service.stop())
    await service.start()
  }
}
