import type { LogEntry } from '../../../protocols/consensus/index.ts'
import type { Decision } from '../../../protocols/decisions/index.ts'
import { decodeDecision } from '../../decisions/index.ts'

/** What an entry of decisions says. Nodes share the bytes of entries, and what was read of them, so that each is read once. */
export const decisionOf = ({ data }: LogEntry): Decision => decodeDecision(data)
