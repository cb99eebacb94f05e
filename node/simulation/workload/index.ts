/** What people and programs do with the mesh meanwhile. */
import type { MeshKind } from '../kind.ts'
import type { Mesh } from '../mesh.ts'
import { between, pick, type Range } from '../random.ts'
import { drawSwarm, type Weighted } from '../swarm.ts'
import type { Deed } from './deed.ts'
import { lie } from './lies.ts'
import { propose, read } from './log.ts'
import { drain, grow, readmit } from './members.ts'
import { deploy, deployExclusive, editAgainAndAgain, editBeside, remove, settleConflict } from './services.ts'
import { steerUpdate } from './updates.ts'

interface Habits {
  /** What is done in every run. */
  readonly always: readonly Deed[]
  /** What is done in some runs, and how often beside the others. */
  readonly sometimes: Weighted<Deed>
  /** From one deed to the next; a run keeps to one. */
  readonly everyMs: readonly Range[]
}

const WHOLE: Habits = {
  always: [deploy],
  sometimes: [
    [12, propose],
    [9, read],
    [6, deploy],
    [3, remove],
    [2, editBeside],
    [2, settleConflict],
    [1, editAgainAndAgain],
    [3, drain],
    [1, readmit],
    [3, lie],
    [2, steerUpdate],
  ],
  everyMs: [
    [50, 2_400],
    [100, 6_000],
    [100, 6_000],
  ],
}

const HABITS: Readonly<Record<MeshKind, Habits>> = {
  whole: WHOLE,
  upgrade: WHOLE,
  log: {
    // Where nobody keeps the voters, somebody asks for them.
    always: [propose, grow],
    sometimes: [
      [12, propose],
      [6, read],
    ],
    everyMs: [
      [10, 150],
      [50, 400],
    ],
  },
  leases: {
    always: [deployExclusive],
    sometimes: [
      [3, remove],
      [1, propose],
    ],
    everyMs: [
      [1_000, 6_000],
      [3_000, 15_000],
    ],
  },
  elections: {
    always: [propose, grow],
    sometimes: [
      [6, propose],
      [3, read],
    ],
    everyMs: [
      [5, 60],
      [50, 400],
    ],
  },
}

export interface Workload {
  /** Proposes something at every node that works; what is committed of it is news to all. */
  insist(): void
  end(): void
}

/** Does something at a node every now and then, whether it can hear others or not. */
export const startWorkload = (mesh: Mesh, kind: MeshKind): Workload => {
  const { timeline, random, machines } = mesh
  const { always, sometimes, everyMs: paces } = HABITS[kind]
  const deeds = [...always, ...drawSwarm(random, sometimes)]
  const everyMs = pick(random, paces)
  let isOver = false
  const next = (): void => {
    if (isOver) return
    const machine = pick(random, machines)
    if (machine.core !== null) pick(random, deeds)(mesh, machine, machine.core)
    timeline.after(between(random, everyMs), next)
  }
  next()
  return {
    insist: () => {
      for (const machine of machines) if (machine.core !== null) propose(mesh, machine, machine.core)
    },
    end: () => {
      isOver = true
    },
  }
}
