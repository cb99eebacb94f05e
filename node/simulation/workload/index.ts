/** What people and programs do with the mesh meanwhile. */
import type { Mesh } from '../mesh.ts'
import { between, pick, type Range } from '../random.ts'
import type { Deed } from './deed.ts'
import { propose, read } from './log.ts'
import { drain, readmit } from './members.ts'
import { deploy, editAgainAndAgain, editBeside, remove, settleConflict } from './services.ts'

/** What is done, and how often beside the others. */
const DEEDS: readonly (readonly [weight: number, deed: Deed])[] = [
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

const DRAWN: readonly Deed[] = DEEDS.flatMap(([weight, deed]) => Array<Deed>(weight).fill(deed))

export interface Workload {
  /** Proposes something at every node that works; what is committed of it is news to all. */
  insist(): void
  end(): void
}

/** Does something at a node every now and then, whether it can hear others or not. */
export const startWorkload = (mesh: Mesh, everyMs: Range): Workload => {
  const { timeline, random, machines } = mesh
  let isOver = false
  const next = (): void => {
    if (isOver) return
    const machine = pick(random, machines)
    if (machine.core !== null) pick(random, DRAWN)(mesh, machine, machine.core)
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
