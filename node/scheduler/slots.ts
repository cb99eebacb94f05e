/** Which slots a service has, and which of its tasks are too many. Pure; see docs/design/updates.md. */
import type { Assignment } from '../../protocols/decisions/index.ts'
import type { UpdatedTask } from './update.ts'

export interface Slots {
  /** Those that are to have a task, with the one that they have. */
  readonly wanted: readonly { readonly slot: number; readonly holder: Assignment | null }[]
  /** Tasks that may go. */
  readonly surplus: readonly Assignment[]
  /** Whether some more will be, once others are up. */
  readonly isKept: boolean
}

/** What stays first: what is to run, what is up, the lower number. */
const byWorth = (a: UpdatedTask, b: UpdatedTask): number =>
  Number(b.isCurrent) - Number(a.isCurrent) ||
  Number(b.standing === 'up') - Number(a.standing === 'up') ||
  a.assignment.slot - b.assignment.slot

/**
 * A slot is a name for one of `replicas` places; which numbers they have says nothing. While slots are in change there are `opened` more of
 * them. A task that is up goes only where as many others are as there are to be.
 */
export const slotsOf = (
  tasks: readonly UpdatedTask[],
  replicas: number,
  changing: readonly number[],
  opened: number,
): Slots => {
  const inChange = new Set(changing)
  const others = tasks.filter(({ assignment }) => !inChange.has(assignment.slot)).sort(byWorth)
  const places = replicas + opened - changing.length
  const kept = others.slice(0, Math.max(0, places))
  const ready = kept.filter(({ standing }) => standing === 'up').length
  const beyond = others.slice(kept.length)
  const leaving = beyond.filter(({ standing }) => standing !== 'up' || ready >= replicas)
  const holders = new Map(tasks.map(({ assignment }) => [assignment.slot, assignment]))
  const numbers = new Set([...changing, ...kept.map(({ assignment }) => assignment.slot)])
  for (let slot = 0; numbers.size < replicas + opened; slot++) if (!holders.has(slot)) numbers.add(slot)
  return {
    wanted: [...numbers].sort((a, b) => a - b).map((slot) => ({ slot, holder: holders.get(slot) ?? null })),
    surplus: leaving.map(({ assignment }) => assignment).sort((a, b) => a.slot - b.slot),
    isKept: leaving.length < beyond.length,
  }
}
