import type { ConsensusMessage, LogEntry } from '../../protocols/consensus/index.ts'

type Append = Extract<ConsensusMessage, { type: 'append' }>

/** Whether what entries name, beside the log, is on this node's disk. */
export interface NamedBytes {
  isStored(entry: LogEntry): boolean
  /**
   * Resolves once it is for all of them; rejects where it does not come in time. Of what is committed, which is up to
   * `commitIndex`, it may be that nobody has it any more: that is sought, and not waited for.
   */
  untilStored(entries: readonly LogEntry[], commitIndex: number): Promise<void>
}

/**
 * Hands an append on only as far as what its entries name is stored here, so that a commit means that a majority
 * can read what was committed.
 *
 * The entries before the first one that must wait go on at once, and with them the leader's heartbeat: waiting for
 * bytes must not look like a silent leader. The whole append follows when the bytes are there; where they do not
 * come in time it is dropped, and the leader sends it again.
 */
export const gateAppend = (message: Append, named: NamedBytes, pass: (message: Append) => void): void => {
  const { entries, commitIndex } = message
  const waitsAt = entries.findIndex((entry) => !named.isStored(entry))
  if (waitsAt < 0) {
    pass(message)
    return
  }
  pass({ ...message, entries: entries.slice(0, waitsAt) })
  named.untilStored(entries, commitIndex).then(
    () => pass(message),
    () => undefined,
  )
}
