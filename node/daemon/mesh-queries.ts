import { type ConsensusView, isQuorumActive } from '../../protocols/consensus/index.ts'
import type { Cluster, NodeRef, NodeRole, Nodes, Status, Voters } from '../../protocols/control/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'
import { FIRST_GENERATION } from '../../protocols/generations/index.ts'
import type { MemberStatus, MemberView } from '../../protocols/membership/index.ts'
import type { Condition } from '../../protocols/profile/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { directOf, relayIn } from '../network/index.ts'
import type { Connections, Reach } from '../ports/network.ts'
import { clocksOff } from './clocks-off.ts'

export interface QueriedMesh {
  readonly self: NodeId
  readonly version: string
  meshVersion(): Status['meshVersion']
  readonly startedAtMs: number
  readonly decisions: DecisionView
  nowMs(): number
  consensus(): ConsensusView
  member(node: NodeId): MemberView | null
  healthOf(node: NodeId): MemberStatus
  conditionOf(node: NodeId): Condition | null
  readonly connections: Connections
  readonly reach: Reach
  /** By node, how far its clock is ahead of this one's. */
  clocksAheadMs(): ReadonlyMap<NodeId, number>
  watchdog(): Promise<Status['watchdog']>
  engine(): Promise<Status['engine']>
  openLan(): Status['openLan']
  /** Every task by its state, and how many of them are of nodes that may be gone. */
  tasks(): Promise<Pick<Cluster, 'tasks' | 'tasksLost'>>
  /** Paths of the damaged stores that were set aside. */
  damagedStores(): Promise<readonly string[]>
}

/** The mesh as this node sees it now, in the words of the API. */
export const createMeshQueries = (mesh: QueriedMesh) => {
  const { self, decisions, connections, reach, healthOf } = mesh
  const nameOf = (node: NodeId): string => decisions.nodes.get(node)?.name ?? 'unnamed'
  const isEdge = (node: NodeId): boolean => decisions.nodes.get(node)?.role === 'edge'

  const roleOf = (node: NodeId, { leader, configuration, isObserver }: ConsensusView): NodeRole => {
    if (node === leader) return 'leader'
    if (node === self && isObserver) return 'observer'
    if ([...configuration.voters, ...configuration.votersOutgoing].includes(node)) return 'voter'
    return configuration.learners.includes(node) ? 'learner' : 'follower'
  }

  const membersOf = <Value>(values: ReadonlyMap<NodeId, Value>): Map<NodeId, Value> =>
    new Map([...values].filter(([node]) => decisions.nodes.has(node)))

  const addressesOf = (node: NodeId): string[] => {
    if (node === self) return [...connections.addresses()]
    const seen = mesh.member(node)?.addresses ?? []
    return [...(seen.length > 0 ? seen : (decisions.nodes.get(node)?.addresses ?? []))]
  }

  const directAddressesOf = (node: NodeId): string[] => directOf(addressesOf(node))
  const refTo = (id: NodeId): NodeRef => ({ id, name: nameOf(id) })
  const relaysOf = (node: NodeId): NodeRef[] =>
    addressesOf(node)
      .flatMap((address) => relayIn(address) ?? [])
      .map(refTo)
  const throughOf = (node: NodeId): NodeRef | null => {
    const through = reach.pathTo(node)?.through ?? null
    return through === null ? null : refTo(through)
  }

  const nodes = (): Nodes => {
    const view = mesh.consensus()
    const connected = new Set(connections.connected())
    const nodes = [...decisions.nodes.values()].map(({ node, name }) => ({
      id: node,
      name,
      self: node === self,
      state: healthOf(node),
      role: roleOf(node, view),
      edge: isEdge(node),
      connected: node === self || connected.has(node),
      through: throughOf(node),
      addresses: directAddressesOf(node),
      relays: relaysOf(node),
      condition: mesh.conditionOf(node),
    }))
    return { nodes }
  }

  const voters = (): Voters => {
    const { leader, term, configuration } = mesh.consensus()
    const entry = (kind: 'voter' | 'outgoing' | 'learner') => (id: NodeId) => ({
      id,
      name: nameOf(id),
      state: healthOf(id),
      leader: id === leader,
      edge: isEdge(id),
      kind,
    })
    const { voters, votersOutgoing, learners } = configuration
    return {
      leader,
      term,
      majority: Math.floor(voters.length / 2) + 1,
      quorum: isQuorumActive(configuration, (node) => healthOf(node) === 'alive'),
      voters: [
        ...voters.map(entry('voter')),
        ...votersOutgoing.filter((id) => !voters.includes(id)).map(entry('outgoing')),
        ...learners.map(entry('learner')),
      ],
    }
  }

  const reachOf = (): Status['reach'] => {
    const paths = connections.connected().flatMap((node) => reach.pathTo(node) ?? [])
    const direct = paths.filter(({ through }) => through === null).length
    return {
      direct,
      relayed: paths.length - direct,
      reachable: reach.isReachable(),
      relays: reach.relays().map(refTo),
    }
  }

  const nameOfMesh = (): Status['mesh'] => ({
    id: decisions.mesh?.mesh ?? '',
    name: decisions.mesh?.name ?? 'unnamed',
  })
  const generation = (): number => decisions.generations.at(-1)?.number ?? FIRST_GENERATION

  return {
    node: (): NodeId => self,
    addressesOf,
    directAddressesOf,
    status: async (): Promise<Status> => {
      const view = mesh.consensus()
      const members = { alive: 0, suspect: 0, dead: 0, left: 0, unknown: 0 }
      for (const node of decisions.nodes.keys()) members[healthOf(node)]++
      return {
        node: { id: self, name: nameOf(self) },
        mesh: nameOfMesh(),
        version: mesh.version,
        meshVersion: mesh.meshVersion(),
        generation: generation(),
        uptimeMs: Math.round(mesh.nowMs() - mesh.startedAtMs),
        role: roleOf(self, view),
        edge: isEdge(self),
        leader: view.leader,
        leaderName: (view.leader && decisions.nodes.get(view.leader)?.name) ?? null,
        term: view.term,
        commitIndex: view.commitIndex,
        appliedIndex: decisions.appliedIndex,
        members,
        conflicts: [...decisions.objects.values()].reduce((sum, { conflicts }) => sum + conflicts.length, 0),
        clocks: clocksOff(membersOf(mesh.clocksAheadMs()), self, view.leader).map(({ node, aheadMs }) => ({
          id: node,
          name: nameOf(node),
          aheadMs,
        })),
        openLan: mesh.openLan(),
        damagedStores: [...(await mesh.damagedStores())],
        watchdog: await mesh.watchdog(),
        engine: await mesh.engine(),
        addresses: directAddressesOf(self),
        reach: reachOf(),
      }
    },
    cluster: async (): Promise<Cluster> => {
      const tasks = await mesh.tasks()
      const { leader, term, quorum, voters: electorate } = voters()
      return {
        mesh: nameOfMesh(),
        meshVersion: decisions.meshVersion,
        generation: generation(),
        term,
        leader: leader === null ? null : { id: leader, name: nameOf(leader) },
        quorum,
        voters: electorate,
        members: nodes().nodes.map(({ id, name, state, role, edge }) => ({ id, name, state, role, edge })),
        ...tasks,
      }
    },
    nodes,
    voters,
  }
}
