import type { Core } from '../../daemon/core.ts'
import type { Machine } from '../machine.ts'
import { chance, type Range } from '../random.ts'
import { type Fault, lasts } from './fault.ts'

/** How long whoever is given a task may fall, in milliseconds. */
const FALLS_MS: Range = [2_000, 10_000]
/** Mostly: some tasks have to run, so that others can be given in their place. */
const FALL_RATIO = 0.7
/** How often somebody looks for daemons that were started, in milliseconds: sooner than they follow the log. */
const LOOK_MS = 50

/**
 * Whoever learns from the log that it was given a task loses power at once: it knows the task and never began it, and comes
 * back when the task may be another's.
 */
export const loseAssignees: Fault = (mesh, isOver) => {
  const { timeline, random, machines } = mesh
  const watched = new Set<Core>()
  let isEnded = false
  const watch = (machine: Machine, core: Core): void => {
    watched.add(core)
    core.planes.decisions.onApplied(({ decision, outcome }) => {
      if (isEnded || isOver() || machine.core !== core) return
      if (decision.type !== 'taskAssigned' || decision.node !== machine.self || !outcome.ok) return
      if (chance(random, FALL_RATIO)) timeline.after(0, machine.losePower)
    })
  }
  const look = (): void => {
    if (isEnded || isOver()) return
    for (const machine of machines)
      if (machine.core !== null && !watched.has(machine.core)) watch(machine, machine.core)
    timeline.after(LOOK_MS, look)
  }
  look()
  lasts(
    mesh,
    () => {
      isEnded = true
    },
    FALLS_MS,
  )
  return 'whoever is given a task loses power'
}
