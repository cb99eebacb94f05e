/** What people and programs do with the mesh meanwhile. */
import type { SimulationKind } from '../kind.ts'
import type { Mesh } from '../mesh.ts'
import { between, pick, type Range } from '../random.ts'
import type { Deed } from './deed.ts'
import { propose, read } from './log.ts'
import { drain, grow, readmit } from './members.ts'
import { deploy, editAgainAndAgain, editBeside, remove, settleConflict } from './services.ts'

type Weighted = readonly (readonly [weight: number, deed: Deed])[]

/** What is done, and how often beside the others. */
const DEEDS: Weighted = [
  [12, propose],
  [9, read],
  [6, deploy],
  [3, remove],
  [2, editBeside],
  [2, settleConflict],
  [1, editAgainAndAgain],
  [3, drain],
  [1, readmit],
]

/** What is done to the log alone; where nobody keeps the voters, somebody asks for them. */
const LOG_DEEDS: Weighted = [
  [12, propose],
  [6, read],
  [1, grow],
]

const drawnFrom = (deeds: Weighted): readonly Deed[] =>
  deeds.flatMap(([weight, deed]) => Array<Deed>(weight).fill(deed))

const DRAWN: Readonly<Record<SimulationKind, readonly Deed[]>> = {
  whole: drawnFrom(DEEDS),
  log: drawnFrom(LOG_DEEDS),
}

export interface Workload {
  /** Proposes something at every node that works; what is committed of it is news to all. */
  insist(): void
  end(): void
}

/** Does something at a node every now and then, whether it can hear others or not. */
export const startWorkload = (mesh: Mesh, kind: SimulationKind, everyMs: Range): Workload => {
  const { timeline, random, machines } = mesh
  let isOver = false
  const next = (): void => {
    if (isOver) return
    const machine = pick(random, machines)
    if (machine.core !== null) pick(random, DRAWN[kind])(mesh, machine, machine.core)
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
