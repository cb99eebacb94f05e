/** The way out, for good: registers that were forgotten and revisions that were trimmed, from memory and from disk. */
import { type Register, type Revision, registerName } from '../../crdt/index.ts'
import { eachInSlices, type NodeId, type Slices } from '../../protocols/wire/index.ts'
import type { Logger } from '../ports/logger.ts'
import type { Holdings } from './holdings.ts'
import type { IntentRecords } from './intent-records.ts'
import { SWEPT_KEYS, SWEPT_REGISTERS, SWEPT_REVISIONS } from './limits.ts'
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

const nextOf = <Item>(items: Iterator<Item>, most: number): Item[] => {
  const taken: Item[] = []
  while (taken.length < most) {
    const { value, done } = items.next()
    if (done) break
    taken.push(value)
  }
  return taken
}

export class Sweeping {
  readonly #components: SweepingComponents
  /** Where the walks along all registers and all revisions are. */
  #registers: Iterator<Register> | null = null
  #revisions: Iterator<Revision> | null = null
  #isStopped = false
  #dropping: Promise<void> = Promise.resolve()

  constructor(components: SweepingComponents) {
    this.#components = components
  }

  /** What may go of the next registers and revisions: a step of a walk along all of them, round and round. */
  step(): void {
    const { holdings } = this.#components
    this.#registers ??= holdings.registers.entries('')
    this.#revisions ??= holdings.catalogue.revisions()
    const registers = nextOf(this.#registers, SWEPT_REGISTERS)
    for (const register of registers) this.#forget(register)
    if (registers.length < SWEPT_REGISTERS) this.#registers = null
    const revisions = nextOf(this.#revisions, SWEPT_REVISIONS)
    this.revisions(revisions)
    if (revisions.length < SWEPT_REVISIONS) this.#revisions = null
  }

  /** Forgets what may be forgotten of all registers. */
  *allRegisters(): Slices<void> {
    const all = this.#components.holdings.registers.entries('')
    yield* eachInSlices(all, SWEPT_REGISTERS, (register) => this.#forget(register))
  }

  /** Forgets what may be forgotten under these keys, whoever wrote it. */
  *registersOf(keys: Iterable<string>): Slices<void> {
    const { registers } = this.#components.holdings
    yield* eachInSlices(keys, SWEPT_KEYS, (key) => {
      for (const node of [...registers.owners()]) {
        const register = registers.get(registerName({ node, key }))
        if (register !== null) this.#forget(register)
      }
    })
  }

  #forget(register: Register): void {
    const { self, holdings, records, own, forgotten } = this.#components
    if (this.#isStopped || !forgotten(register.node, register.key)) return
    holdings.registers.forget(register)
    records.removeRegister(register)
    if (register.node === self) own.drop(register.key)
  }

  /** Those of them that were trimmed: out of memory at once, off the disk soon. */
  revisions(candidates: readonly Revision[]): void {
    const { holdings, logger, trimmed } = this.#components
    const gone = candidates.filter(trimmed)
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
    this.#isStopped = true
    await this.#dropping
  }

  async #drop(gone: readonly Revision[]): Promise<void> {
    const { records, logger } = this.#components
    await records.removeRevisions(gone)
    logger.info({ revisions: gone.length }, 'trimmed revisions were dropped')
  }
}
