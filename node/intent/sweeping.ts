/** The way out, for good: registers that were forgotten and revisions that were trimmed, from memory and from disk. */
import type { Revision } from '../../crdt/index.ts'
import type { ObjectKey } from '../../protocols/decisions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Logger } from '../ports/logger.ts'
import type { Holdings } from './holdings.ts'
import type { IntentRecords } from './intent-records.ts'
import type { OwnRegisters } from './own-registers.ts'

/** Origin of what is dropped, which nobody is told of: each node drops for itself. */
const TRIMMING = 'trimming'

export interface SweepingComponents {
  readonly self: NodeId
  readonly holdings: Holdings
  readonly records: IntentRecords
  readonly own: Pick<OwnRegisters, 'drop'>
  readonly logger: Logger
  forgotten(node: NodeId, key: string): boolean
  trimmed(revision: Revision): boolean
}

export class Sweeping {
  readonly #components: SweepingComponents
  #dropping: Promise<void> = Promise.resolve()

  constructor(components: SweepingComponents) {
    this.#components = components
  }

  registers(): void {
    const { self, holdings, records, own, forgotten } = this.#components
    for (const register of [...holdings.registers.entries('')]) {
      if (!forgotten(register.node, register.key)) continue
      holdings.registers.forget(register)
      records.removeRegister(register)
      if (register.node === self) own.drop(register.key)
    }
  }

  /** Those of these objects; of all without. Out of memory at once, off the disk soon. */
  revisions(objects?: ReadonlySet<ObjectKey>): void {
    const { holdings, logger, trimmed } = this.#components
    const gone = [...holdings.catalogue.revisions()].filter(
      (revision) => (objects?.has(revision.object) ?? true) && trimmed(revision),
    )
    if (gone.length === 0) return
    holdings.catalogue.remove(
      gone.map(({ id }) => id),
      TRIMMING,
    )
    this.#dropping = this.#dropping
      .then(() => this.#drop(gone))
      .catch((error: Error) =>
        logger.error({ error: error.message }, 'trimmed revisions could not be taken off the disk'),
      )
  }

  /** Resolves when the disk holds no more of what was dropped. */
  async stop(): Promise<void> {
    await this.#dropping
  }

  async #drop(gone: readonly Revision[]): Promise<void> {
    const { records, logger } = this.#components
    await records.removeRevisions(gone)
    logger.info({ revisions: gone.length }, 'trimmed revisions were dropped')
  }
}
