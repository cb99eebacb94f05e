import type { MemberRole } from '../../protocols/decisions/index.ts'
import { SUPPORTED, type VersionRange } from '../../protocols/versions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { CompactionBounds } from '../consensus/index.ts'
import type { Core } from '../daemon/core.ts'
import type { MeshFile } from '../daemon/mesh-file.ts'
import type { Random } from '../ports/clock.ts'
import { createMachineClock, type MachineClock } from './clock.ts'
import { PREVIOUS } from './faults/versions.ts'
import { createGate, type Gate } from './gate.ts'
import type { MeshKind } from './kind.ts'
import { beginLife, type Life } from './life.ts'
import type { SimulatedNetwork } from './network/index.ts'
import type { Observation } from './observation.ts'
import {
  type BehaviourOf,
  createSimulatedEngine,
  openSimulatedRuntime,
  type SimulatedEngine,
} from './runtime/index.ts'
import { createSimulatedDisk, openSimulatedStore, type SimulatedDisk } from './store/index.ts'
import type { Timeline } from './timeline.ts'
import { createSimulatedWatchdog, type SimulatedWatchdog } from './watchdog.ts'

/** How long the mesh file takes to be on disk, in milliseconds: a life that ends before leaves the old one. */
const MESH_FILE_MS = 20

/** One computer with a daemon on it, which lives many times. */
export interface Machine {
  readonly self: NodeId
  readonly name: string
  readonly role: MemberRole
  readonly disk: SimulatedDisk
  /** What runs containers on it. */
  readonly engine: SimulatedEngine
  readonly clock: MachineClock
  /** What ends exclusive tasks where the daemon cannot. */
  readonly watchdog: SimulatedWatchdog
  /** Which mesh it belongs to; null before it does. On its disk, and written as a whole. */
  mesh: MeshFile | null
  /** Of the program that is installed on it; the next life runs that. */
  readonly versions: VersionRange
  /** Puts another version of the program on it, and starts its daemon again where it runs. */
  install(versions: VersionRange): void
  /** What works at present; null while nothing does. */
  readonly core: Core | null
  readonly isUp: boolean
  /** Runs the daemon, where it does not run and the machine belongs to a mesh. */
  start(): void
  /** The daemon is gone, at any instant: nothing of it happens any more. Containers run on. */
  crash(): void
  /** The machine is off, and with it its containers. */
  losePower(): void
  /** Asks the daemon to stop; it does in its own time. */
  stop(): void
  /** The daemon does nothing until `resume`; then what came meanwhile happens at once. */
  pause(): void
  resume(): void
  /** The machine sleeps: its clocks go on, its timers do not, and what is sent to it waits. */
  sleep(): void
  wake(): void
  /** The watchdog does nothing until `continueWatchdog`, as by SIGSTOP. */
  stopWatchdog(): void
  continueWatchdog(): void
}

export interface MachineComponents {
  readonly timeline: Timeline
  readonly network: SimulatedNetwork
  readonly random: Random
  /** What images do, wherever they run. */
  readonly behaviourOf: BehaviourOf
  observe(observation: Observation): void
}

export interface MachineInit {
  readonly kind: MeshKind
  readonly self: NodeId
  readonly name: string
  readonly role: MemberRole
  readonly memoryMb: number
  /** When its log is cut off; as consensus does by itself where it is not given. */
  readonly compaction?: CompactionBounds
}

export const createMachine = (
  { timeline, network, random, behaviourOf, observe }: MachineComponents,
  { self, name, role, ...init }: MachineInit,
): Machine => {
  const disk = createSimulatedDisk({ after: timeline.after, random })
  const clock = createMachineClock(timeline, random)
  const engine = createSimulatedEngine({
    ...timeline,
    wallMs: clock.wallMs,
    random,
    behaviourOf,
    onContainer: (event) => {
      observe({ ...event, type: event.type === 'started' ? 'ran' : 'exited' })
      if (event.type === 'started') watchdog.began(event.node, event.task)
    },
  })
  const watchdog = createSimulatedWatchdog({ clock, random, after: timeline.after, kill: engine.kill }, self)
  let present: { readonly gate: Gate; life: Life | null } | null = null
  let isAsleep = false
  let isUnwatched = false
  let wasWatched = true
  let versions = init.kind === 'upgrade' ? PREVIOUS : SUPPORTED

  const end = (): void => {
    if (present === null) return
    const { gate, life } = present
    present = null
    gate.close()
    life?.end()
    disk.crash()
    engine.daemonEnded()
    observe({ type: 'ended', node: self })
  }

  const tellWatched = (): void => {
    const watched = !isAsleep && !isUnwatched
    if (watched !== wasWatched) observe({ type: watched ? 'watched' : 'unwatched', node: self })
    wasWatched = watched
  }

  const continueWatchdog = (): void => {
    isUnwatched = false
    watchdog.resume()
    tellWatched()
  }

  const wake = (): void => {
    if (!isAsleep) return
    isAsleep = false
    clock.wake()
    watchdog.wake()
    present?.gate.wake()
    tellWatched()
  }

  return {
    self,
    name,
    role,
    disk,
    engine,
    clock,
    watchdog,
    mesh: null,
    get versions() {
      return versions
    },
    install(installed) {
      if (installed.most === versions.most) return
      versions = installed
      if (present === null) return
      this.crash()
      this.start()
    },
    get core() {
      return present?.life?.core ?? null
    },
    get isUp() {
      return present !== null
    },
    start() {
      if (present !== null || this.mesh === null) return
      const gate = createGate((error) => {
        observe({ type: 'threw', node: self, error })
        end()
      })
      const life: { gate: Gate; life: Life | null } = { gate, life: null }
      present = life
      observe({ type: 'started', node: self, versions })
      const onFounded = (): void => {
        if (this.mesh?.founder) this.mesh = { ...this.mesh, founded: true }
      }
      const onMembers = (members: ReadonlySet<NodeId>): void => {
        timeline.after(MESH_FILE_MS, () => {
          if (gate.isOpen && this.mesh !== null) this.mesh = { ...this.mesh, members: [...members] }
        })
      }
      const onFailed = (error: Error): void => {
        if (!gate.isOpen) return
        observe({ type: 'failed', node: self, error })
        end()
      }
      const store = openSimulatedStore(disk, gate.enter)
      const runtime = openSimulatedRuntime(
        { engine, after: timeline.after, random, settle: gate.enter },
        { node: self },
      )
      life.life = beginLife(
        {
          network,
          clock,
          random,
          store,
          runtimes: [runtime],
          watchdog: watchdog.open(gate),
          gate,
          observe,
          onFounded,
          onMembers,
          onFailed,
        },
        { ...init, self, nodeName: name, versions, mesh: this.mesh },
      )
    },
    crash: () => {
      end()
      wake()
    },
    losePower: () => {
      end()
      wake()
      engine.losePower()
      watchdog.losePower()
      continueWatchdog()
    },
    stop: () => {
      const stopping = present
      void stopping?.life?.stop().then(() => {
        if (present === stopping) end()
      })
    },
    pause: () => present?.gate.pause(),
    resume: () => present?.gate.resume(),
    sleep: () => {
      if (present === null || isAsleep) return
      isAsleep = true
      clock.sleep()
      watchdog.sleep()
      present.gate.sleep()
      tellWatched()
    },
    wake,
    stopWatchdog: () => {
      isUnwatched = true
      watchdog.pause()
      tellWatched()
    },
    continueWatchdog,
  }
}
