import { APPENDS, type ConsensusMessage } from '../../protocols/consensus/index.ts'
import type { VersionRange } from '../../protocols/versions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { CompactionBounds } from '../consensus/index.ts'
import { type Core, openCore, startServices } from '../daemon/core.ts'
import type { MeshFile } from '../daemon/mesh-file.ts'
import type { Outside } from '../daemon/outside.ts'
import { foundMesh, resumeIfAlone } from '../daemon/planes.ts'
import { createShutdown } from '../daemon/shutdown.ts'
import type { TaskRecordsInit } from '../daemon/task-records.ts'
import { followWork } from '../daemon/work.ts'
import type { Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Runtime } from '../ports/runtime.ts'
import type { Store } from '../ports/storage.ts'
import type { Watchdog } from '../ports/watchdog.ts'
import type { MachineClock } from './clock.ts'
import type { Gate } from './gate.ts'
import { isWhole, type MeshKind, remembersTasks } from './kind.ts'
import type { SimulatedNetwork } from './network/index.ts'
import type { Observation } from './observation.ts'
import { signingOf } from './signing.ts'

export interface LifeComponents {
  readonly network: SimulatedNetwork
  readonly clock: MachineClock
  readonly random: Random
  readonly store: Store
  readonly runtimes: readonly Runtime[]
  readonly watchdog: Watchdog
  readonly gate: Gate
  observe(observation: Observation): void
  /** The first words of the mesh are stored, here or elsewhere. */
  onFounded(): void
  /** Who is a member, whenever that changes. */
  onMembers(members: ReadonlySet<NodeId>): void
  /** The daemon ends by itself. */
  onFailed(error: Error): void
}

export interface LifeInit {
  readonly kind: MeshKind
  readonly self: NodeId
  readonly nodeName: string
  readonly versions: VersionRange
  readonly memoryMb: number
  readonly mesh: MeshFile
  readonly compaction?: CompactionBounds
}

/** One process of the daemon, from its start to its end. */
export interface Life {
  readonly core: Core
  /** As SIGTERM does. Resolves when all its parts have stopped. */
  stop(): Promise<void>
  /** Nobody hears of it any more. */
  end(): void
}

const CPUS = 4
/** So that entries of older terms do not come together with the first one of a new term. */
const ONE_ENTRY = { ...APPENDS, entriesMax: 1 }

/** Days of seconds, so that a run sees some of them end. */
const RECORDS: TaskRecordsInit = {
  packing: { pack: async (bytes) => bytes, unpack: async (packed) => packed },
  bounds: { periodMs: 8_000, graceMs: 1_000, agreeMaxMs: 15_000, reviewMs: 2_000, archivesKept: 2 },
}

/** Task records only where runs are few, since each costs a message to everybody. */
const servicesOf = ({ planes: { consensus }, services }: Core, kind: MeshKind): Core['services'] => {
  if (!isWhole(kind)) return { consensus }
  const started = Object.entries(services).filter(([name]) => name !== 'records' || remembersTasks(kind))
  return Object.fromEntries(started)
}

const createLogger = (node: NodeId, observe: LifeComponents['observe'], fields: object = {}): Logger => {
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (more: object, message: string): void =>
      observe({ type: 'logged', node, level, fields: { ...fields, ...more }, message })
  return {
    debug: () => {},
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => createLogger(node, observe, { ...fields, ...more }),
  }
}

/** The store, with what consensus writes told once it is safe, and what the disk refuses told before anybody acts on it. */
const watchStore = (store: Store, self: NodeId, observe: LifeComponents['observe']): Store => {
  const attempt = async (write: Promise<void>): Promise<void> => {
    try {
      await write
    } catch (error) {
      observe({ type: 'diskFailed', node: self })
      throw error
    }
  }
  return {
    ...store,
    consensus: {
      ...store.consensus,
      persist: async (change) => {
        await attempt(store.consensus.persist(change))
        observe({ type: 'stored', node: self, ...change })
      },
    },
    records: (name) => {
      const records = store.records(name)
      return { ...records, write: (changes) => attempt(records.write(changes)) }
    },
  }
}

const watchCore = ({ planes, work }: Core, self: NodeId, observe: LifeComponents['observe']): void => {
  const { consensus, decisions, membership, intent } = planes
  consensus.onRole(({ role, term, leader }) => observe({ type: 'role', node: self, role, term, leader }))
  consensus.onCommitted((entries, commitIndex) =>
    observe({ type: 'committed', node: self, entries, commitIndex }),
  )
  consensus.onSnapshot(({ index }) => observe({ type: 'restored', node: self, index }))
  decisions.onApplied((applied) => {
    const token = decisions.view.tokenAt(applied.index)
    observe({ type: 'applied', node: self, applied, token })
  })
  membership.onChange(({ member, previous }) => {
    const { node = self, incarnation = 0 } = member ?? previous ?? {}
    if (member?.state === previous?.state && member?.incarnation === previous?.incarnation) return
    observe({ type: 'member', node: self, member: node, state: member?.state ?? null, incarnation })
  })
  intent.onChange((change) => observe({ type: 'learned', node: self, ...change }))
  work.agent.onStatus((task, status) => observe({ type: 'task', node: self, task, status }))
}

const watchRuntime = (runtime: Runtime, self: NodeId, observe: LifeComponents['observe']): Runtime => ({
  ...runtime,
  stop: (task, graceMs) => {
    observe({ type: 'stopAsked', node: self, task })
    return runtime.stop(task, graceMs)
  },
})

/** Begins a life as the daemon does, over simulated ports. What it does from here on comes through its gate. */
export const beginLife = (components: LifeComponents, init: LifeInit): Life => {
  const { gate, clock, random, runtimes, onMembers, onFailed } = components
  const { kind, self, nodeName, versions, memoryMb, mesh, compaction } = init
  const observe = (observation: Observation): void => {
    if (gate.isOpen) components.observe(observation)
  }
  const logger = createLogger(self, observe)
  const shutdown = createShutdown(logger)
  shutdown.add('store', () => components.store.close())
  const lifeClock = clock.clockOf(gate)
  const network = components.network.enter({ self, gate, clock: lifeClock, logger })
  const consensusChannel = network.channel<ConsensusMessage>('consensus')
  const outside: Outside = {
    nodeName,
    versions,
    clock: lifeClock,
    random,
    logger,
    store: watchStore(components.store, self, observe),
    network,
    channels: {
      consensus: {
        ...consensusChannel,
        send: (to, message) => {
          observe({ type: 'sent', node: self, to, message })
          consensusChannel.send(to, message)
        },
      },
      membership: network.channel('membership'),
      leases: network.channel('leases'),
    },
    watchdog: components.watchdog,
    signing: signingOf(self),
    machine: { cpus: CPUS, memoryMb },
    ...(compaction && { compaction }),
    ...(kind === 'elections' && { appends: ONE_ENTRY }),
    shutdown,
  }
  const watched = runtimes.map((runtime) => watchRuntime(runtime, self, observe))
  const core = openCore(outside, { mesh, runtimes: watched, records: RECORDS, onMembers, onFailed })
  watchCore(core, self, observe)
  const start = async (): Promise<void> => {
    await startServices(outside, servicesOf(core, kind))
    if (isWhole(kind)) followWork(outside, core.planes, core.work)
    resumeIfAlone(core.planes, mesh, nodeName)
    await foundMesh(outside, core.planes, mesh)
    components.onFounded()
    observe({ type: 'ready', node: self })
  }
  start().catch(onFailed)
  return { core, stop: shutdown.run, end: network.end }
}
