import type { LogEntry } from '../../protocols/consensus/index.ts'
import type { RevisionId } from '../../protocols/decisions/index.ts'
import type { NamedBytes } from '../consensus/index.ts'
import { acceptedRevisions } from '../decisions/index.ts'
import type { IntentService } from '../intent/index.ts'

/** How long a voter waits for the bytes of revisions before it lets the leader send the append again. */
const STORED_TIMEOUT_MS = 5_000

/**
 * The revisions that entries accept, as far as their bytes are on this disk. What is committed already may have been trimmed
 * since, so that nobody has it any more: it is asked for, and then no longer waited for.
 */
export const namedRevisions = (intent: Pick<IntentService, 'holds' | 'seek' | 'whenStored'>): NamedBytes => {
  const missing = (entries: readonly LogEntry[]): RevisionId[] =>
    acceptedRevisions(entries).filter((id) => !intent.holds(id))
  return {
    isStored: (entry) => missing([entry]).length === 0,
    untilStored: async (entries, commitIndex) => {
      const committed = entries.filter(({ index }) => index <= commitIndex)
      const open = entries.filter(({ index }) => index > commitIndex)
      await Promise.all([
        intent.seek(missing(committed)),
        intent.whenStored(missing(open), { timeoutMs: STORED_TIMEOUT_MS }),
      ])
    },
  }
}
