import type { Decision, DecisionView } from '../../protocols/decisions/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Service } from '../ports/service.ts'
import { createRounds } from '../turns/index.ts'

/** Trimming is never urgent: one look for all that was accepted in this time. */
const SETTLE_MS = 1_000

/** Looks again at least this often, for nothing tells when a removal is old. */
const REVIEW_MS = 60_000

/** Decisions of one look: what people wait for comes first, and the rest goes with the next. */
const ROUND_MAX = 32

export interface TrimmingComponents {
  /** True while this node leads and has applied an entry of its own term. */
  readonly leadership: { isSettled(): boolean; onChange(listener: () => void): () => void }
  readonly intent: { trimmable(view: DecisionView): Iterable<Decision> }
  readonly decisions: {
    readonly view: DecisionView
    decide(decision: Decision): Promise<number>
    onBatch(listener: () => void): () => void
  }
  readonly clock: Clock
  readonly logger: Logger
}

/** While this node leads: proposes to trim what is older than the history of its object and needed by nothing. */
export const createTrimming = (components: TrimmingComponents): Service => {
  const { leadership, intent, decisions, clock, logger } = components
  let subscriptions: (() => void)[] = []

  const propose = async (decision: Decision): Promise<void> => {
    try {
      await decisions.decide(decision)
    } catch (error) {
      // A refusal means that one of them came into use meanwhile, a lost leadership that it is another's task.
      if (!isCoterieError(error)) throw error
      logger.debug({ code: error.code, detail: error.message }, 'a trimming had no effect')
    }
  }

  const round = async (): Promise<void> => {
    if (!leadership.isSettled()) return
    rounds.wake(REVIEW_MS)
    const wanted = [...Iterator.from(intent.trimmable(decisions.view)).take(ROUND_MAX)]
    await Promise.all(wanted.map(propose))
  }

  const rounds = createRounds(clock, round, (error) =>
    logger.error({ detail: String(error) }, 'trimming failed'),
  )
  const soon = (): void => {
    if (leadership.isSettled()) rounds.wake(SETTLE_MS)
  }

  return {
    start: async () => {
      rounds.start()
      subscriptions = [leadership.onChange(soon), decisions.onBatch(soon)]
      soon()
    },
    stop: async () => {
      rounds.stop()
      for (const end of subscriptions) end()
    },
  }
}
