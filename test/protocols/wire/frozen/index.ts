/**
 * One message or more of every kind that crosses a wire, by protocol. They are frozen in test/fixtures/wire, where an
 * older and a newer version of this program find what they have to understand.
 */
import { ASK } from './ask.ts'
import { ANSWERS, SIGNAL, TUNNEL } from './browsers.ts'
import { CERTIFICATES } from './certificates.ts'
import { CONSENSUS, DECIDE, FOLLOW } from './consensus.ts'
import { DECISIONS } from './decisions.ts'
import { DISCOVERY } from './discovery.ts'
import { DOCTOR } from './doctor.ts'
import { EXEC, IMAGES, REGISTRIES, USAGE } from './engine.ts'
import { GENERATIONS } from './generations.ts'
import { HINTS, RECORDS, SYNC } from './intent.ts'
import { JOIN } from './join.ts'
import { JOURNAL } from './journal.ts'
import type { Kinds } from './kind.ts'
import { LEASES } from './leases.ts'
import { MEMBERSHIP } from './membership.ts'
import { PROXY } from './proxy.ts'
import { REACH } from './reach.ts'
import { REVOCATIONS } from './revocations.ts'
import { TASK_RECORD_FRAMES } from './task-records.ts'
import { LOGS, STATUSES } from './tasks.ts'
import { SESSIONS } from './users.ts'

/** Protocol or record -> its kinds of messages. */
export const FROZEN: Readonly<Record<string, Kinds>> = {
  join: JOIN,
  ask: ASK,
  certificates: CERTIFICATES,
  discovery: DISCOVERY,
  membership: MEMBERSHIP,
  consensus: CONSENSUS,
  follow: FOLLOW,
  decide: DECIDE,
  decisions: DECISIONS,
  sync: SYNC,
  hints: HINTS,
  signal: SIGNAL,
  logs: LOGS,
  exec: EXEC,
  usage: USAGE,
  registries: REGISTRIES,
  images: IMAGES,
  leases: LEASES,
  proxy: PROXY,
  reach: REACH,
  generation: GENERATIONS,
  doctor: DOCTOR,
  revocations: REVOCATIONS,
  journal: JOURNAL,
  tunnel: TUNNEL,
  answers: ANSWERS,
  records: [...RECORDS, ...STATUSES],
  'task-records': TASK_RECORD_FRAMES,
  sessions: SESSIONS,
}
