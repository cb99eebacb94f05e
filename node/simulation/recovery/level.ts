import { equals } from 'uint8arrays'
import { isTrimmed, snapshotDecisions } from '../../../protocols/decisions/index.ts'
import { isForgotten } from '../../daemon/observed.ts'
import type { Machine } from '../machine.ts'
import { firstOf, type Healed, type Recovery } from './recovery.ts'

/** How far a node is with the log; -1 for one that is down. */
export const appliedOn = ({ core }: Machine): number => core?.planes.decisions.view.appliedIndex ?? -1

/** The registers of a node, but for those that it will forget when it next looks. */
const registersOn = ({ core }: Machine): string[] => {
  if (core === null) return []
  const { decisions, intent } = core.planes
  return intent
    .registers('')
    .filter(({ node, key }) => !isForgotten(decisions.view, node, key))
    .map(({ node, key, epoch, sequence }) => `${key} of ${node} at ${epoch}.${sequence}`)
    .sort()
}

/** What keeps two nodes from being level. */
const differenceOf = (a: Machine, b: Machine): string | null => {
  if (a.core === null || b.core === null) return `${a.name} or ${b.name} is down`
  if (appliedOn(a) !== appliedOn(b)) return `${a.name} applied ${appliedOn(a)}, ${b.name} ${appliedOn(b)}`
  const [view, otherView] = [a.core.planes.decisions.view, b.core.planes.decisions.view]
  if (!equals(snapshotDecisions(view), snapshotDecisions(otherView)))
    return `${a.name} and ${b.name} hold different views after the same entries`
  const [ours, theirs] = [registersOn(a), registersOn(b)]
  const register = ours.find((known, at) => known !== theirs[at]) ?? theirs[ours.length]
  return register === undefined ? null : `${a.name} and ${b.name} differ in the register ${register}`
}

/** What a node lacks of what was written or accepted, or has not decided about. */
const lackOf = ({ name, self, core }: Machine, { written, core: healed }: Healed): string | null => {
  if (core === null) return `${name} is down`
  const { intent, decisions } = core.planes
  const { view } = decisions
  const members = new Set(healed.map((machine) => machine.self))
  for (const revision of written)
    if (members.has(revision.author) && intent.revision(revision.id) === null && !isTrimmed(view, revision))
      return `${self} lacks the revision ${revision.id} of ${revision.object}, which was confirmed`
  for (const { object, head, history, conflicts } of view.objects.values())
    for (const id of [head, ...history, ...conflicts])
      if (intent.revision(id) === null)
        return `${name} lacks the revision ${id} of ${object}, which was accepted`
  const [pending] = intent.pending(view)
  return pending === undefined
    ? null
    : `${name} has the revision ${pending.id} of ${pending.object} still pending`
}

/** All have applied the same log, beyond a new entry, and hold the same intent; nothing that was written waits or is lost. */
export const LEVEL: Recovery = {
  name: 'heals',
  withinMs: 30_000,
  missing: (healed) => {
    const [first, ...others] = healed.core as [Machine, ...Machine[]]
    if (appliedOn(first) <= healed.appliedIndex)
      return `${first.name} knows nothing after ${healed.appliedIndex}`
    return (
      firstOf(others, (other) => differenceOf(first, other)) ??
      firstOf(healed.core, (each) => lackOf(each, healed))
    )
  },
}
