import type { MembershipMessage } from '../../protocols/membership/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Channel } from '../ports/network.ts'
import { PING_PATIENCE_MS, PINGS_AWAITED_MAX, SHARE_SPAN_MS, SHARE_STEP_MS } from './limits.ts'

export interface ProbeShare {
  /** The share of the pings of the last minute that were answered; null where none was sent. */
  ratio(): number | null
  /** Since the start. */
  totals(): { readonly answered: number; readonly unanswered: number }
}

/** How the pings that were decided within one step went. */
interface Step {
  readonly fromMs: number
  answered: number
  unanswered: number
}

/**
 * The channel of membership with this node's own pings counted as they pass: each is answered by its target, or by one that
 * vouches for it, within `PING_PATIENCE_MS`. What is said and heard stays as it is.
 */
export const watchProbes = (
  channel: Channel<MembershipMessage>,
  { self, clock }: { readonly self: NodeId; readonly clock: Clock },
): { readonly channel: Channel<MembershipMessage>; readonly share: ProbeShare } => {
  /** By number when it was sent, the oldest first. */
  const awaited = new Map<number, number>()
  const totals = { answered: 0, unanswered: 0 }
  let steps: Step[] = []

  const count = (how: keyof typeof totals, nowMs: number): void => {
    let step = steps.at(-1)
    if (step === undefined || nowMs - step.fromMs >= SHARE_STEP_MS) {
      step = { fromMs: nowMs, answered: 0, unanswered: 0 }
      steps = [...steps.filter(({ fromMs }) => nowMs - fromMs < SHARE_SPAN_MS), step]
    }
    step[how] += 1
    totals[how] += 1
  }

  const giveUp = (nowMs: number): void => {
    for (const [number, sentMs] of awaited) {
      if (nowMs - sentMs < PING_PATIENCE_MS && awaited.size <= PINGS_AWAITED_MAX) return
      awaited.delete(number)
      count('unanswered', nowMs)
    }
  }

  const sent = ({ body }: MembershipMessage): void => {
    if (body.type !== 'ping' || body.origin !== self) return
    const nowMs = clock.nowMs()
    awaited.set(body.number, nowMs)
    giveUp(nowMs)
  }

  const received = ({ body }: MembershipMessage): void => {
    const answers = body.type === 'vouch' || (body.type === 'ack' && body.origin === self)
    if (!answers) return
    const nowMs = clock.nowMs()
    giveUp(nowMs)
    if (awaited.delete(body.number)) count('answered', nowMs)
  }

  return {
    channel: {
      send: (to, message) => {
        sent(message)
        channel.send(to, message)
      },
      onMessage: (listener) =>
        channel.onMessage((from, message) => {
          received(message)
          listener(from, message)
        }),
    },
    share: {
      ratio: () => {
        const nowMs = clock.nowMs()
        giveUp(nowMs)
        const recent = steps.filter(({ fromMs }) => nowMs - fromMs < SHARE_SPAN_MS)
        const answered = recent.reduce((sum, step) => sum + step.answered, 0)
        const unanswered = recent.reduce((sum, step) => sum + step.unanswered, 0)
        return answered + unanswered === 0 ? null : answered / (answered + unanswered)
      },
      totals: () => {
        giveUp(clock.nowMs())
        return totals
      },
    },
  }
}
