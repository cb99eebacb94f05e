import {
  acceptanceOf,
  CONFLICTS_MAX,
  HLC_AHEAD_MAX_MS,
  isCrowdedOut,
  type Revision,
  writtenOf,
} from '../../crdt/index.ts'
import type { Decision, DecisionView } from '../../protocols/decisions/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'
import { createRounds } from '../turns/index.ts'
import { createTrimming } from './trimming.ts'

/** Looks again at least this often, should a change have been missed. */
const REVIEW_MS = 5_000

/** Revisions proposed in one round: the log is pipelined, and a new leader may find many. */
const ROUND_MAX = 256

/** So many of each object at once: how many conflicts these open is known in the next round. */
const firstOfEach = (waiting: readonly Revision[]): Revision[] => {
  const counts = new Map<string, number>()
  return waiting.filter(({ object }) => {
    const count = (counts.get(object) ?? 0) + 1
    counts.set(object, count)
    return count <= CONFLICTS_MAX
  })
}

export interface AcceptanceComponents {
  /** True while this node leads and has applied an entry of its own term. */
  readonly leadership: { isSettled(): boolean; onChange(listener: () => void): () => void }
  readonly intent: {
    /** Oldest first. */
    pending(view: Pick<DecisionView, 'objects' | 'edges'>): readonly Revision[]
    /** What edge nodes wrote, which is never proposed. */
    refused(view: Pick<DecisionView, 'objects' | 'edges'>): readonly Revision[]
    /** What may be proposed to be trimmed. */
    trimmable(view: DecisionView): Iterable<Decision>
    onChange(listener: () => void): () => void
  }
  readonly decisions: {
    readonly view: DecisionView
    decide(decision: Decision): Promise<number>
    onBatch(listener: () => void): () => void
  }
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * While this node leads: proposes every pending revision that it holds, oldest first, so that what people wrote
 * anywhere becomes accepted by itself. A clock that ran ahead is set back to this leader's, which bounds how long
 * one machine's wrong clock can win over others' edits. What would open a conflict too many waits until some are settled.
 * And it proposes to trim what is old.
 */
export const createAcceptance = (components: AcceptanceComponents): Service => {
  const { leadership, intent, decisions, clock, logger } = components
  const trimming = createTrimming(components)
  /** Refused once under this leadership, and not proposed again, nor told again, under it. */
  let refused = new Set<string>()
  let subscriptions: (() => void)[] = []

  const clamp = (revision: Revision): Revision => {
    const { id, author, hlc } = revision
    const latestMs = clock.wallMs() + HLC_AHEAD_MAX_MS
    if (hlc.wallMs <= latestMs) return revision
    logger.warn(
      { revision: id, author, aheadMs: hlc.wallMs - clock.wallMs() },
      'the clock of the author is ahead of this one; its edit is dated back',
    )
    return { ...revision, hlc: { wallMs: latestMs, counter: 0 } }
  }

  /** `known` are the refusals of the leadership under which it is proposed: the answer may come under a later one. */
  const accept = async (revision: Revision, known: Set<string>): Promise<void> => {
    try {
      await decisions.decide({ ...acceptanceOf(clamp(revision)), written: writtenOf(revision) })
      logger.info({ revision: revision.id, object: revision.object }, 'revision accepted')
    } catch (error) {
      if (!isCoterieError(error)) throw error
      if (error.code === 'decisionRefused') known.add(revision.id)
      logger.info(
        { revision: revision.id, code: error.code, detail: error.message },
        'a revision was not accepted',
      )
    }
  }

  /** Its own daemon writes nothing on an edge node, so somebody tampers with that machine. */
  const reportRefused = (known: Set<string>): void => {
    for (const { id, object, author } of intent.refused(decisions.view)) {
      if (known.has(id)) continue
      known.add(id)
      logger.warn({ revision: id, object, author }, 'an edge node wrote a revision; it is never accepted')
    }
  }

  const round = async (): Promise<void> => {
    if (!leadership.isSettled()) return
    rounds.wake(REVIEW_MS)
    const known = refused
    const waiting = intent
      .pending(decisions.view)
      .filter((revision) => !known.has(revision.id) && !isCrowdedOut(decisions.view, revision))
    reportRefused(known)
    const taken = firstOfEach(waiting).slice(0, ROUND_MAX)
    if (waiting.length > taken.length) rounds.wake(0)
    await Promise.all(taken.map((revision) => accept(revision, known)))
  }

  const rounds = createRounds(clock, round, (error) =>
    logger.error({ detail: String(error) }, 'accepting revisions failed'),
  )
  const wake = (): void => {
    if (leadership.isSettled()) rounds.wake(0)
  }

  /** A deposed leader's proposals are refused as such by the next one, which says nothing about them. */
  const onLeadership = (): void => {
    refused = new Set()
    wake()
  }

  return {
    start: async () => {
      subscriptions = [leadership.onChange(onLeadership), intent.onChange(wake), decisions.onBatch(wake)]
      rounds.start()
      wake()
      await trimming.start()
    },
    stop: async () => {
      rounds.stop()
      for (const end of subscriptions) end()
      await trimming.stop()
    },
  }
}
