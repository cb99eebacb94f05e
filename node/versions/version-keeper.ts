import type { Decision, DecisionView } from '../../protocols/decisions/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { type VersionRange, versionForAll } from '../../protocols/versions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'

/** How often it is looked at beside every change: catches a proposal that was lost, and a hand-over that came to nothing. */
const REVIEW_MS = 2_000

/**
 * A member that is silent for so long is not waited for: longer than an update, a repair or a journey of a machine that somebody
 * still looks after. It is told to update when it is back.
 */
export const SILENT_FOR_GOOD_MS = 3_600_000

export interface VersionKeeperComponents {
  /** True while this node leads and has applied an entry of its own term. */
  readonly leadership: { isSettled(): boolean; onChange(listener: () => void): () => void }
  readonly decisions: {
    readonly view: DecisionView
    /** Where this node stopped, being too old to read on; null while it follows. */
    readonly halt: object | null
    decide(decision: Decision): Promise<number>
    onBatch(listener: () => void): () => void
  }
  readonly members: {
    /** What the node tells that it supports; null where it told nothing yet. */
    supportedBy(node: NodeId): VersionRange | null
    /** For how long this node has not heard of it, in milliseconds; 0 while it is alive. */
    silentMs(node: NodeId): number
    onChange(listener: () => void): () => void
  }
  readonly consensus: {
    /** Voters that could lead in this node's place; empty where it does not lead. */
    successors(): readonly NodeId[]
    transfer(to: NodeId): void
  }
  readonly clock: Clock
  readonly logger: Logger
}

/** See docs/design/versions.md. */
export const createVersionKeeper = (components: VersionKeeperComponents): Service => {
  const { leadership, decisions, members, consensus, clock, logger } = components
  let subscriptions: (() => void)[] = []
  let cancelReview: () => void = () => undefined
  let proposing = false
  let handovers = 0
  let stopped = true

  /** Null as long as somebody has told nothing who is waited for. */
  const supportedByAll = (): readonly VersionRange[] | null => {
    const ranges = [...decisions.view.nodes.keys()]
      .filter((node) => members.silentMs(node) < SILENT_FOR_GOOD_MS)
      .map(members.supportedBy)
    return ranges.includes(null) ? null : (ranges as VersionRange[])
  }

  const raise = async (version: number): Promise<void> => {
    proposing = true
    try {
      await decisions.decide({ type: 'meshVersionRaised', version, asOf: decisions.view.appliedIndex })
      logger.info({ version }, 'the mesh version rose')
    } catch (error) {
      // Somebody was admitted, or this node leads no more: it is looked at again.
      if (!isCoterieError(error)) throw error
      logger.debug({ version, code: error.code }, 'the mesh version did not rise')
    } finally {
      proposing = false
    }
  }

  const look = (): void => {
    if (stopped || proposing || !leadership.isSettled()) return
    const present = decisions.view.meshVersion
    const wanted = versionForAll(present, supportedByAll() ?? [])
    if (wanted === present) return
    raise(wanted).catch((error: unknown) => logger.error({ detail: String(error) }, 'raising failed'))
  }

  /** One after the other: the first may be as old as this node. */
  const handOver = (): void => {
    if (decisions.halt === null) return
    const successors = consensus.successors()
    const to = successors[handovers % successors.length]
    if (to === undefined) return
    handovers++
    logger.info({ to }, 'handing leadership over: this node cannot read the log any more')
    consensus.transfer(to)
  }

  const review = (): void => {
    cancelReview = clock.after(REVIEW_MS, () => {
      look()
      handOver()
      if (!stopped) review()
    })
  }

  return {
    start: async () => {
      stopped = false
      subscriptions = [leadership.onChange(look), decisions.onBatch(look), members.onChange(look)]
      review()
      look()
    },
    stop: async () => {
      stopped = true
      cancelReview()
      for (const end of subscriptions) end()
    },
  }
}
