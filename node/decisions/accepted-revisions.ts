import type { LogEntry } from '../../protocols/consensus/index.ts'
import type { RevisionId } from '../../protocols/decisions/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { decodeDecision } from './decode-decision.ts'

/** The revisions that these entries accept. An entry of a kind that this version does not know names none that it could store. */
export const acceptedRevisions = (entries: readonly LogEntry[]): RevisionId[] =>
  entries.flatMap(({ kind, data }) => {
    if (kind !== 'decision') return []
    try {
      const decision = decodeDecision(data)
      return decision.type === 'revisionAccepted' ? [decision.revision] : []
    } catch (error) {
      if (isCoterieError(error, 'malformedMessage')) return []
      throw error
    }
  })
