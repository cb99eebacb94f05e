import type { ConsensusNotice, LogEntry } from '../../protocols/consensus/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Clock } from '../ports/clock.ts'

export interface Committed {
  readonly index: number
  readonly term: number
}

export interface WaitOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** What waits on this node for its index to be committed, and for proofs of leadership. */
export interface PendingProposals {
  /** The promise of one more question, under an id of its own. */
  add(options: WaitOptions): { readonly id: number; readonly answer: Promise<Committed> }
  /** Takes what the machine tells about questions; anything else is let pass. */
  notice(notice: ConsensusNotice): void
  /** Ends all that waits. */
  failAll(error: Error): void
  readonly count: number
}

interface Pending {
  /** Where it stands in the log, once it does. */
  at: Committed | null
  resolve(committed: Committed): void
  reject(error: unknown): void
}

/**
 * A proposal has taken effect when the index that it was appended at is committed with the term of the append; with
 * another term it never will. A leader that steps down tells nothing new: its entries may still be committed.
 */
export const createPendingProposals = (clock: Clock): PendingProposals => {
  const pending = new Map<number, Pending>()
  let lastId = 0

  const settleCommitted = (entries: readonly LogEntry[]): void => {
    if (pending.size === 0) return
    const terms = new Map(entries.map(({ index, term }) => [index, term]))
    for (const proposal of [...pending.values()]) {
      if (proposal.at === null) continue
      const term = terms.get(proposal.at.index)
      if (term === undefined) continue
      if (term === proposal.at.term) proposal.resolve(proposal.at)
      else proposal.reject(new CoterieError('proposalDropped', { term: proposal.at.term }))
    }
  }

  const add = ({ timeoutMs, signal }: WaitOptions) => {
    lastId += 1
    const id = lastId
    const { promise, resolve, reject } = Promise.withResolvers<Committed>()
    const cancelTimeout = clock.after(timeoutMs, () => {
      end()
      reject(new CoterieError('noQuorum', { waitedMs: timeoutMs }))
    })
    const onAbort = (): void => {
      end()
      reject(signal?.reason)
    }
    const end = (): void => {
      pending.delete(id)
      cancelTimeout()
      signal?.removeEventListener('abort', onAbort)
    }
    pending.set(id, {
      at: null,
      resolve: (committed) => {
        end()
        resolve(committed)
      },
      reject: (error) => {
        end()
        reject(error)
      },
    })
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort)
    return { id, answer: promise }
  }

  const notice = (notice: ConsensusNotice): void => {
    switch (notice.type) {
      case 'appended': {
        const proposal = pending.get(notice.proposalId)
        if (proposal !== undefined) proposal.at = { index: notice.index, term: notice.term }
        return
      }
      case 'dropped':
        pending.get(notice.proposalId)?.reject(new CoterieError('notLeader', { leader: notice.leader }))
        return
      case 'readReady': {
        const read = pending.get(notice.readId)
        if (notice.index === null) read?.reject(new CoterieError('notLeader', { leader: null }))
        else read?.resolve({ index: notice.index, term: 0 })
        return
      }
      case 'committed':
        settleCommitted(notice.entries)
        return
      case 'generationMet':
      case 'snapshotInstalled':
      case 'roleChanged':
        return
    }
  }

  return {
    add,
    notice,
    failAll: (error) => {
      for (const proposal of [...pending.values()]) proposal.reject(error)
    },
    get count() {
      return pending.size
    },
  }
}
