import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Random } from '../../ports/clock.ts'
import { between, chance, type Range } from '../random.ts'
import type { Timeline } from '../timeline.ts'

/** How the links are at the moment; delays drawn apart for each message reorder them. */
export interface LinkQuality {
  readonly delayMs: Range
  readonly lossRatio: number
  readonly duplicateRatio: number
  /** Share of the messages that come later than everything else, as from a path that was mended. */
  readonly lateRatio: number
}

export const CLEAN_LINKS: LinkQuality = { delayMs: [1, 5], lossRatio: 0, duplicateRatio: 0, lateRatio: 0 }

/** How late those come, in milliseconds: after elections that began later. */
const LATE_MS: Range = [500, 5_000]

/** What was lost on a connection is sent again after this, as TCP does. */
const RETRANSMIT_MS = 200

/** Who hears whom, when and how often. They carry calls, not bytes: what is delivered is the sender's business. */
export interface Links {
  /** Calls `deliver` never, once or twice, some time from now. */
  send(from: NodeId, to: NodeId, deliver: () => void): void
  /** Calls `deliver` once, however long the link is cut, unless `isOver` says by then that nobody waits for it any more. */
  carry(from: NodeId, to: NodeId, isOver: () => boolean, deliver: () => void): void
  setQuality(quality: LinkQuality): void
  /** What is sent in one direction from now on comes later by so many milliseconds; 0 ends that. What streams carry does not. */
  lag(from: NodeId, to: NodeId, byMs: number): void
  /** Cuts one direction; what is under way is lost too. A link that is cut twice is mended twice. */
  cut(from: NodeId, to: NodeId): void
  mend(from: NodeId, to: NodeId): void
  isCut(from: NodeId, to: NodeId): boolean
  /** For good: links are cut where `isApart` says so and nowhere else, whoever cuts or mends. The quality stays. */
  settle(isApart: (from: NodeId, to: NodeId) => boolean): void
  /** Called when a link was cut or mended. */
  onChange(listener: () => void): void
}

export const createLinks = (timeline: Timeline, random: Random): Links => {
  let quality = CLEAN_LINKS
  /** From -> to -> how often it is cut. */
  const cuts = new Map<NodeId, Map<NodeId, number>>()
  /** From -> to -> by how much its messages are late. */
  const lags = new Map<NodeId, Map<NodeId, number>>()
  let isApart: ((from: NodeId, to: NodeId) => boolean) | null = null
  const listeners: (() => void)[] = []
  const tell = (): void => {
    for (const listener of listeners) listener()
  }

  const isCut = (from: NodeId, to: NodeId): boolean =>
    isApart === null ? (cuts.get(from)?.get(to) ?? 0) > 0 : isApart(from, to)

  const setCut = (from: NodeId, to: NodeId, by: number): void => {
    const row = cuts.get(from) ?? new Map<NodeId, number>()
    cuts.set(from, row)
    row.set(to, Math.max(0, (row.get(to) ?? 0) + by))
    tell()
  }

  const deliverOnce = (from: NodeId, to: NodeId, deliver: () => void): void => {
    const isLate = quality.lateRatio > 0 && chance(random, quality.lateRatio)
    const lagMs = lags.get(from)?.get(to) ?? 0
    timeline.after(lagMs + between(random, isLate ? LATE_MS : quality.delayMs), () => {
      // What lags or is late is a fault, and ends with all of them: seconds after healing an old leader would still be heard.
      const isOver = (lagMs > 0 || isLate) && isApart !== null
      if (!isCut(from, to) && !isOver) deliver()
    })
  }

  const carryAfter = (
    afterMs: number,
    from: NodeId,
    to: NodeId,
    isOver: () => boolean,
    deliver: () => void,
  ): void => {
    timeline.after(afterMs, () => {
      if (isOver()) return
      if (isCut(from, to)) carryAfter(RETRANSMIT_MS, from, to, isOver, deliver)
      else deliver()
    })
  }

  return {
    send: (from, to, deliver) => {
      if (isCut(from, to) || (quality.lossRatio > 0 && chance(random, quality.lossRatio))) return
      deliverOnce(from, to, deliver)
      if (quality.duplicateRatio > 0 && chance(random, quality.duplicateRatio)) deliverOnce(from, to, deliver)
    },
    carry: (from, to, isOver, deliver) => {
      const lostMs = quality.lossRatio > 0 && chance(random, quality.lossRatio) ? RETRANSMIT_MS : 0
      carryAfter(between(random, quality.delayMs) + lostMs, from, to, isOver, deliver)
    },
    setQuality: (next) => {
      quality = next
    },
    lag: (from, to, byMs) => {
      lags.set(from, (lags.get(from) ?? new Map<NodeId, number>()).set(to, byMs))
    },
    cut: (from, to) => setCut(from, to, 1),
    mend: (from, to) => setCut(from, to, -1),
    isCut,
    settle: (settled) => {
      isApart = settled
      lags.clear()
      tell()
    },
    onChange: (listener) => void listeners.push(listener),
  }
}
