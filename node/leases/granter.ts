import {
  createGranting,
  type GrantingEnv,
  type GrantingEvent,
  isHeldDown,
  type LeaseAnswer,
  type LeaseAsk,
  movableAtMs,
  RENEW_MS,
  silentForMs,
  stepGranting,
  withheldFor,
} from '../../protocols/leases/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { GrantedLeases, LeasesComponents } from './types.ts'

export interface Granter extends GrantedLeases {
  /** Whether this node leads, and grants. */
  grants(): boolean
  hear(via: NodeId, ask: LeaseAsk): void
  start(): void
  stop(): void
}

/** Runs the machine of a leader. `answer` sends an answer to whoever brought the request. */
export const createGranter = (
  {
    consensus,
    leadership,
    decisions,
    clock,
    logger,
  }: Pick<LeasesComponents, 'consensus' | 'leadership' | 'decisions' | 'clock' | 'logger'>,
  answer: (to: NodeId, answer: LeaseAnswer) => void,
): Granter => {
  let state = createGranting()
  let unsubscribe = (): void => {}

  const env = (): GrantingEnv => ({
    nowMs: clock.nowMs(),
    holderOf: (task) => decisions.view.tasks.get(task) ?? null,
  })

  /** The term that this node leads now; null where it does not. */
  const termLed = (): number | null => {
    const { role, term } = consensus.view()
    return role === 'leader' ? term : null
  }

  /** Whoever leads in the same term before and after has led all the while, so the quorum that answered is its own. */
  const prove = async (proof: number): Promise<void> => {
    const term = termLed()
    try {
      const index = await consensus.readIndex({ timeoutMs: RENEW_MS })
      if (term !== null && term === termLed() && decisions.view.appliedIndex >= index) {
        push({ type: 'proven', proof, term })
        return
      }
    } catch (error) {
      logger.debug({ error }, 'leases are not renewed: no majority answers')
    }
    push({ type: 'unproven', proof })
  }

  const push = (event: GrantingEvent): void => {
    const { state: next, effects } = stepGranting(state, event, env())
    state = next
    for (const { to, message } of effects.send) answer(to, message)
    for (const proof of effects.prove) void prove(proof)
  }

  const onLeadership = (): void => {
    const term = termLed()
    push(leadership.isSettled() && term !== null ? { type: 'led', term } : { type: 'lost' })
  }

  return {
    grants: () => state.leading !== null,
    hear: (via, ask) => push({ type: 'asked', via, ask }),
    follow: (tasks) => push({ type: 'tasks', tasks }),
    withhold: (tasks) => {
      if (tasks.length === 0) return
      logger.info({ tasks }, 'leases are withheld')
      push({ type: 'withhold', tasks })
    },
    withheldFor: (task) => withheldFor(state, task),
    movableAtMs: (task) => movableAtMs(state, task),
    silentForMs: (task) => silentForMs(state, task, clock.nowMs()),
    isHeldDown: (node) => isHeldDown(state, node, clock.nowMs()),
    start: () => {
      unsubscribe = leadership.onChange(onLeadership)
      onLeadership()
    },
    stop: () => {
      unsubscribe()
      push({ type: 'lost' })
    },
  }
}
