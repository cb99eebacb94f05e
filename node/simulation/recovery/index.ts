/** What must come about after faults have ended. */
import { DEAD_VOTERS_ARE_REPLACED } from './dead-voters.ts'
import { DEAD_ARE_KNOWN, LIVING_ARE_ALIVE } from './health.ts'
import { LEADER } from './leader.ts'
import { LEVEL } from './level.ts'
import { VOTERS_ARE_NAMED } from './named.ts'
import type { Recovery } from './recovery.ts'
import { REGISTERS_TELL_THE_PRESENT } from './registers-tell-the-present.ts'
import { NOTHING_ELSE_RUNS, WHAT_IS_WANTED_RUNS } from './runs-what-is-assigned.ts'
import { UPDATES_END } from './updates-end.ts'

export { appliedOn } from './level.ts'
export type { Healed } from './recovery.ts'

/** Each within its time, whatever becomes of the others. */
export const RECOVERIES: readonly Recovery[] = [
  LEADER,
  LEVEL,
  VOTERS_ARE_NAMED,
  LIVING_ARE_ALIVE,
  DEAD_ARE_KNOWN,
  DEAD_VOTERS_ARE_REPLACED,
  REGISTERS_TELL_THE_PRESENT,
  NOTHING_ELSE_RUNS,
  WHAT_IS_WANTED_RUNS,
  UPDATES_END,
]
