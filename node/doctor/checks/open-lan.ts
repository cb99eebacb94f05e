/** Whether machines of the LAN may ask this one to join: wanted for a while, and a door as long as it is so. */
import type { Status } from '../../../protocols/control/index.ts'
import { timeOf, type Verdict, warning } from '../verdict.ts'

export type OpenLanFacts = NonNullable<Status['openLan']>

/** A sound node is closed, and that is no news. */
export const judgeOpenLan = (facts: OpenLanFacts | null, nowMs: number): Verdict[] => {
  if (facts === null) return []
  const { untilMs, autoApprove, waiting } = facts
  const left = `for ${timeOf(Math.max(0, untilMs - nowMs))} more`
  const asks = waiting === 0 ? '' : `; ${waiting} ${waiting === 1 ? 'waits' : 'wait'}: coterie node requests`
  return [
    warning(
      autoApprove
        ? `every machine of the LAN that asks is let in, ${left}`
        : `machines of the LAN may ask to join, ${left}${asks}`,
      'Close it when all are in: coterie node close-lan',
    ),
  ]
}
