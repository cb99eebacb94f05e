import { type GenerationRecord, partingOf } from '../../protocols/generations/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { createAdmissions } from './admissions.ts'
import { createExchange } from './exchange.ts'
import { createKnownChain } from './known-chain.ts'
import { createLostDecisions } from './lost-decisions.ts'
import { createRecovering } from './recovering.ts'
import type { GenerationComponents, Generations } from './types.ts'

/** See `Generations`. Nothing happens before `start()`. */
export const createGenerations = (components: GenerationComponents): Generations => {
  const { consensus, decisions, records, hash, logger } = components
  const known = createKnownChain(components)
  const lost = createLostDecisions(records)
  /** One chain is judged at a time: what it says is compared with what the one before left. */
  let judging: Promise<void> = Promise.resolve()
  /** Resolves once what was met in earlier lives is known. */
  const loaded = Promise.withResolvers<void>()
  const ends: (() => void)[] = []

  const judge = async (from: NodeId, chain: readonly GenerationRecord[]): Promise<void> => {
    const newer = await known.judge(chain)
    if (newer === null) return
    logger.warn({ from, number: newer.number }, 'a newer generation of the log has begun elsewhere')
    await known.meet(chain)
    await consensus.supersede(newer)
    exchange.tellAll()
  }

  const hear = (from: NodeId, chain: readonly GenerationRecord[]): Promise<void> => {
    if (chain.length === 0) return Promise.resolve()
    const judged = judging.then(() => judge(from, chain))
    judging = judged.catch(() => undefined)
    return judged
  }

  const exchange = createExchange(components, known.records, hear)
  const { survey, recover } = createRecovering(components, exchange)

  const admissions = createAdmissions(components, lost.list)
  let presentNumber: number | null = null

  /** Looks, after each batch of the log, whether it is of another generation than before. */
  const lookAtGeneration = (): void => {
    const number = decisions.view.generations.at(-1)?.number ?? null
    if (number === presentNumber) return
    presentNumber = number
    admissions.repeat()
  }

  /** Whoever comes from another generation begins with a snapshot: the log up to the recovery means nothing to it. */
  const cutIfDue = (): void => {
    const began = decisions.view.generations.at(-1)?.from.index ?? 0
    if (began > 0 && consensus.view().baseIndex <= began) consensus.cutLog()
  }

  return {
    survey,
    recover,
    leaving: async (left, beginsAt) => {
      await loaded.promise
      const from = known.records().at(-1)?.from.index ?? 0
      if (beginsAt <= from)
        throw new RangeError(`a snapshot at ${beginsAt} for a generation that began after ${from}`)
      const parting = partingOf(decisions.view.generations, known.records(), hash)
      const kept = parting === null ? 0 : await lost.keep(left, parting)
      if (kept > 0)
        logger.warn({ kept }, 'what only the older generation had is kept; see coterie quorum lost')
    },
    lost: lost.list,
    start: async () => {
      await known.load()
      loaded.resolve()
      ends.push(decisions.onBatch(cutIfDue), decisions.onBatch(lookAtGeneration))
      cutIfDue()
      lookAtGeneration()
      exchange.start()
    },
    stop: async () => {
      exchange.stop()
      admissions.stop()
      for (const end of ends) end()
      await judging
    },
  }
}
