import type { LogEntry } from '../../protocols/consensus/index.ts'
import {
  createDecisions,
  type Decision,
  type DecisionsSnapshot,
  type DecisionView,
  decisionCodec,
  mayBeProposed,
  type Outcome,
  restoreInSlices,
  snapshotInSlices,
  versionNeeded,
} from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { SUPPORTED, type VersionRange } from '../../protocols/versions/index.ts'
import { eachInSlices, type Slices } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import { createWorker } from '../turns/index.ts'
import { decodeDecision } from './decode-decision.ts'

/** How long a decision may take before its proposer is told that there is no majority. */
export const DECIDE_TIMEOUT_MS = 5_000

/** Outcomes kept for callers whose commit is known before it is applied here; twice what consensus lets wait. */
const OUTCOMES_MAX = 8_192

/** Entries applied before others get their turn: some hundredths of a second, and more than one batch of a log that goes on. */
const SLICE_ENTRIES = 512

export interface DecisionComponents {
  readonly consensus: {
    propose(
      data: Uint8Array,
      options: { timeoutMs: number; signal?: AbortSignal; term?: number },
    ): Promise<{ index: number; term: number }>
    onCommitted(listener: (entries: readonly LogEntry[], commitIndex: number) => void): void
    onSnapshot(listener: (snapshot: Snapshot) => void): void
  }
  readonly clock: Clock
  readonly logger: Logger
  /** Told of what a listener threw while others had their turn; what it throws at once, it throws at consensus. */
  onFailed(error: Error): void
}

export interface DecisionInit {
  /** Mesh versions that this node understands; those of this version of the program where it is absent. */
  readonly supported?: VersionRange
}

/** All decisions up to an index, as bytes. */
export interface Snapshot {
  readonly index: number
  readonly data: Uint8Array
}

/** What was applied, for those who react to it. */
export interface Applied {
  readonly index: number
  readonly decision: Decision
  readonly outcome: Outcome
}

/** Where this node stopped following the log, and what it met there. */
export interface Halt {
  readonly index: number
  readonly kind: string
}

export interface DecideOptions {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Proposed by this node as the leader of this very term, and once; else `notLeader`. */
  readonly term?: number
}

export interface DecisionService {
  readonly view: DecisionView
  /** Where this node stopped, being too old to read on; null while it follows. */
  readonly halt: Halt | null
  /**
   * Resolves with the index once the decision is committed and applied on this node.
   * @throws `decisionRefused` when it was committed and had no effect; `outcomeUnknown` when a snapshot came in place of
   * its entry; `meshVersionNeeded` before anything is proposed; `decisionUnknown` on a node that stopped following;
   * `malformedMessage`, `noQuorum`, `notLeader`, `proposalDropped`
   */
  decide(decision: Decision, options?: DecideOptions): Promise<number>
  /** Called after each applied decision, in order. Returns the end of the subscription. */
  onApplied(listener: (applied: Applied) => void): () => void
  /** Called when a snapshot took the place of the whole view, before the batch listeners are. */
  onRestored(listener: () => void): () => void
  /** Called once per batch of committed entries, after all of them are applied, and after a snapshot. */
  onBatch(listener: () => void): () => void
  /** Called when this node stops following the log. */
  onHalted(listener: (halt: Halt) => void): () => void
  /**
   * All that was applied up to this moment, as bytes, at once where it is little; null before the first entry, while there is
   * more to apply, and while this node is halted.
   */
  snapshot(): Snapshot | Promise<Snapshot> | null
  /** Reads a snapshot, the very one that consensus will give when it starts, while there is nothing else to do. */
  prepare(snapshot: Snapshot): void
  /** Resolves when all is applied of which this service heard. */
  settled(): Promise<void>
}

/**
 * Guarantees: decisions are applied once each, in the order of the log, the same on every node. An entry that
 * this version cannot read stops the following there, never what runs; later entries are not applied either. So does a
 * snapshot that it cannot read; one that it can read lets it go on.
 */
export const createDecisionService = (
  { consensus, clock, logger, onFailed }: DecisionComponents,
  { supported = SUPPORTED }: DecisionInit = {},
): DecisionService => {
  const decisions = createDecisions()
  /** Null where the outcome is not known here. */
  const outcomes = new Map<number, Outcome | null>()
  const waiting = new Map<number, (outcome: Outcome | null) => void>()
  const appliedListeners = new Set<(applied: Applied) => void>()
  const restoredListeners = new Set<() => void>()
  const batchListeners = new Set<() => void>()
  const haltedListeners = new Set<(halt: Halt) => void>()
  let halt: Halt | null = null
  /** What consensus is about to give, as it was read. */
  let prepared: { readonly bytes: ArrayBufferLike; readonly snapshot: DecisionsSnapshot } | null = null

  const settle = (index: number, outcome: Outcome | null) => {
    outcomes.set(index, outcome)
    if (outcomes.size > OUTCOMES_MAX) outcomes.delete(outcomes.keys().next().value as number)
    waiting.get(index)?.(outcome)
    waiting.delete(index)
  }

  const haltAt = (index: number, kind: string) => {
    halt = { index, kind }
    const { code, message } = new CoterieError('decisionUnknown', halt)
    logger.error({ code, index }, message)
    for (const waited of [...waiting.keys()]) settle(waited, null)
    for (const listener of haltedListeners) listener(halt)
  }

  const applyEntry = (entry: LogEntry) => {
    if (halt !== null) return
    if (entry.kind !== 'decision') return decisions.skip(entry.index)
    let decision: Decision
    try {
      decision = decodeDecision(entry.data)
    } catch (error) {
      if (!isCoterieError(error, 'malformedMessage')) throw error
      return haltAt(entry.index, error.data.detail)
    }
    const needed = versionNeeded(decision)
    if (needed > supported.most) return haltAt(entry.index, `${decision.type} of mesh version ${needed}`)
    const outcome = decisions.apply(entry.index, decision)
    logger.debug({ index: entry.index, decision: decision.type, ok: outcome.ok }, 'decision applied')
    settle(entry.index, outcome)
    for (const listener of appliedListeners) listener({ index: entry.index, decision, outcome })
  }

  function* applyAll(entries: readonly LogEntry[]): Slices<void> {
    yield* eachInSlices(entries, SLICE_ENTRIES, applyEntry)
    for (const listener of batchListeners) listener()
  }

  /** How the decisions that the snapshot covers went is in no entry any more. */
  function* restore({ index, data }: Snapshot): Slices<void> {
    let snapshot: DecisionsSnapshot
    // Each who is given it has a view of the same bytes.
    const known = prepared?.bytes === data.buffer ? prepared.snapshot : null
    prepared = null
    try {
      snapshot = known ?? (yield* restoreInSlices(data, supported.most))
    } catch (error) {
      if (!isCoterieError(error, 'malformedMessage')) throw error
      return haltAt(index, error.data.detail)
    }
    const { meshVersion } = snapshot
    if (meshVersion > supported.most) return haltAt(index, `a snapshot of mesh version ${meshVersion}`)
    const generation = decisions.view.tokenAt(0)
    yield* decisions.restoreInSlices(snapshot)
    halt = null
    // In another generation, the same indexes stand for something else.
    const isAnother = decisions.view.tokenAt(0) !== generation
    for (const covered of [...waiting.keys()].filter((each) => isAnother || each <= index))
      settle(covered, null)
    if (isAnother) outcomes.clear()
    for (const listener of restoredListeners) listener()
  }

  function* prepare({ data }: Snapshot): Slices<void> {
    try {
      prepared = { bytes: data.buffer, snapshot: yield* restoreInSlices(data, supported.most) }
    } catch (error) {
      // What is wrong with it is told when it is to take the view's place.
      if (!isCoterieError(error, 'malformedMessage')) throw error
    }
  }

  function* takeOver(snapshot: Snapshot): Slices<void> {
    yield* restore(snapshot)
    for (const listener of batchListeners) listener()
  }

  const applying = createWorker(clock)
  const encoding = createWorker(clock)
  const take = (work: Slices<void>): void => {
    const taken = applying.work(work)
    if (taken instanceof Promise) taken.catch(onFailed)
  }
  consensus.onCommitted((entries) => take(applyAll(entries)))
  consensus.onSnapshot((snapshot) => take(takeOver(snapshot)))

  /** The outcome at `index`, now or when the log gets there; null where a snapshot covers it. */
  const outcomeAt = (index: number, timeoutMs: number, signal?: AbortSignal): Promise<Outcome | null> => {
    const known = outcomes.get(index)
    if (known !== undefined) return Promise.resolve(known)
    if (index <= decisions.view.appliedIndex) return Promise.resolve(null)
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        end()
        reject(new CoterieError('noQuorum', { waitedMs: timeoutMs }))
      }
      const cancel = clock.after(timeoutMs, giveUp)
      const end = () => {
        waiting.delete(index)
        cancel()
        signal?.removeEventListener('abort', giveUp)
      }
      waiting.set(index, (outcome) => {
        end()
        resolve(outcome)
      })
      if (signal?.aborted) giveUp()
      else signal?.addEventListener('abort', giveUp)
    })
  }

  const subscribe = <Listener>(listeners: Set<Listener>, listener: Listener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  return {
    view: decisions.view,
    get halt() {
      return halt
    },
    decide: async (decision, { timeoutMs = DECIDE_TIMEOUT_MS, ...rest } = {}) => {
      if (halt !== null) throw new CoterieError('decisionUnknown', halt)
      const { meshVersion } = decisions.view
      if (!mayBeProposed(decision, meshVersion))
        throw new CoterieError('meshVersionNeeded', {
          what: decision.type,
          needed: versionNeeded(decision),
          meshVersion,
        })
      const data = decisionCodec.encode(decision)
      // What cannot be read stops every node where it stands in the log, for good.
      decodeDecision(data)
      const { index } = await consensus.propose(data, { timeoutMs, ...rest })
      const outcome = await outcomeAt(index, timeoutMs, rest.signal)
      if (outcome === null) throw new CoterieError('outcomeUnknown', { index })
      if (!outcome.ok) throw new CoterieError('decisionRefused', { reason: outcome.reason })
      return index
    },
    onApplied: (listener) => subscribe(appliedListeners, listener),
    onRestored: (listener) => subscribe(restoredListeners, listener),
    onBatch: (listener) => subscribe(batchListeners, listener),
    onHalted: (listener) => subscribe(haltedListeners, listener),
    prepare: (snapshot) => take(prepare(snapshot)),
    snapshot: () => {
      const index = decisions.view.appliedIndex
      if (halt !== null || index === 0 || !applying.isIdle()) return null
      const data = encoding.work(snapshotInSlices(decisions.view))
      return data instanceof Promise ? data.then((all) => ({ index, data: all })) : { index, data }
    },
    settled: applying.settled,
  }
}
