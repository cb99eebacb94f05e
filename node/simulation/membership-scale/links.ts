import { type MembershipMessage, membershipCodec } from '../../../protocols/membership/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Random } from '../../ports/clock.ts'
import { between, chance, type Range } from '../random.ts'
import type { Timeline } from '../timeline.ts'

/** What passed since it was last counted, over all members; frames and encryption are not counted. */
export interface Traffic {
  readonly messages: number
  readonly sentBytes: number
  readonly receivedBytes: number
}

export interface LinksInit {
  readonly timeline: Timeline
  readonly random: Random
  readonly lossRatio: number
  /** One way. */
  readonly delayMs: Range
  /** False takes from every ping what it says of its receiver: Lifeguard without the buddy. */
  readonly hasBuddy: boolean
  deliver(from: NodeId, to: NodeId, message: MembershipMessage): void
}

/** Every member's way to every other. */
export interface Links {
  send(from: NodeId, to: NodeId, message: MembershipMessage): void
  /** From here on, nothing passes between these and the others. */
  split(nodes: ReadonlySet<NodeId>): void
  /** Counts from here on, by the real codec. */
  count(): void
  traffic(): Traffic
}

const withoutBuddy = (message: MembershipMessage, to: NodeId): MembershipMessage => ({
  ...message,
  news: message.news.filter(({ node }) => node !== to),
})

export const createLinks = ({
  timeline,
  random,
  lossRatio,
  delayMs,
  hasBuddy,
  deliver,
}: LinksInit): Links => {
  let apart: ReadonlySet<NodeId> = new Set()
  let counted: { messages: number; sentBytes: number; receivedBytes: number } | null = null

  return {
    send: (from, to, wanted) => {
      const message = hasBuddy || wanted.body.type !== 'ping' ? wanted : withoutBuddy(wanted, to)
      const bytes = counted === null ? 0 : membershipCodec.encode(message).byteLength
      if (counted !== null) {
        counted.messages += 1
        counted.sentBytes += bytes
      }
      if (chance(random, lossRatio) || apart.has(from) !== apart.has(to)) return
      timeline.after(between(random, delayMs), () => {
        if (counted !== null) counted.receivedBytes += bytes
        deliver(from, to, message)
      })
    },
    split: (nodes) => {
      apart = nodes
    },
    count: () => {
      counted = { messages: 0, sentBytes: 0, receivedBytes: 0 }
    },
    traffic: () => ({ ...(counted ?? { messages: 0, sentBytes: 0, receivedBytes: 0 }) }),
  }
}
