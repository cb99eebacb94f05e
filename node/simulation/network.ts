import type { NodeId } from '../../protocols/wire/index.ts'
import type { Random } from '../ports/clock.ts'
import { between, chance, type Range } from './random.ts'
import type { Timeline } from './timeline.ts'

/** How the links are at the moment; delays drawn apart for each message reorder them. */
export interface LinkQuality {
  readonly delayMs: Range
  readonly lossRatio: number
  readonly duplicateRatio: number
}

export const CLEAN_LINKS: LinkQuality = { delayMs: [1, 5], lossRatio: 0, duplicateRatio: 0 }

/** Who hears whom, when and how often. It carries calls, not bytes: what is delivered is the sender's business. */
export interface SimulatedNetwork {
  /** Calls `deliver` never, once or twice, some time from now. */
  send(from: NodeId, to: NodeId, deliver: () => void): void
  setQuality(quality: LinkQuality): void
  /** Cuts one direction; what is under way is lost too. */
  cut(from: NodeId, to: NodeId): void
  isCut(from: NodeId, to: NodeId): boolean
  /** Mends every cut; the quality stays. */
  mend(): void
}

export const createSimulatedNetwork = (timeline: Timeline, random: Random): SimulatedNetwork => {
  let quality = CLEAN_LINKS
  const cuts = new Set<string>()
  const linkOf = (from: NodeId, to: NodeId): string => `${from}>${to}`

  const carry = (link: string, deliver: () => void): void => {
    timeline.after(between(random, quality.delayMs), () => {
      if (!cuts.has(link)) deliver()
    })
  }

  return {
    send: (from, to, deliver) => {
      const link = linkOf(from, to)
      if (cuts.has(link) || chance(random, quality.lossRatio)) return
      carry(link, deliver)
      if (chance(random, quality.duplicateRatio)) carry(link, deliver)
    },
    setQuality: (next) => {
      quality = next
    },
    cut: (from, to) => {
      cuts.add(linkOf(from, to))
    },
    isCut: (from, to) => cuts.has(linkOf(from, to)),
    mend: () => cuts.clear(),
  }
}
