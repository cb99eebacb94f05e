import type { Hlc } from '../../protocols/decisions/index.ts'
import type { Holdings } from './holdings.ts'
import type { IntentRecords } from './intent-records.ts'
import type { IntentComponents } from './types.ts'

interface LoadComponents extends Pick<IntentComponents, 'indexed' | 'logger'> {
  readonly holdings: Holdings
  readonly records: IntentRecords
}

/**
 * Begins with what is stored, read here or indexed by another thread. Resolves with the greatest clock of this node's own.
 * @throws `storeCorrupt`, `storeUnread`
 */
export const loadIntent = async ({ holdings, records, indexed, logger }: LoadComponents): Promise<Hlc> => {
  const { catalogue, registers } = holdings
  const index = (await indexed?.()) ?? null
  const clock = await records.loadRevisions(index === null ? catalogue.restore : null)
  if (index === null) await records.loadRegisters(registers.restore)
  else {
    catalogue.restoreAll(index.revisions)
    registers.restoreAll(index.registers)
  }
  logger.info({ revisions: catalogue.index.size, registers: registers.index.size }, 'intent was loaded')
  return clock
}
