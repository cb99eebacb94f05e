/** Intent on disk: revisions synced before they count, registers within a second, the epoch of this life. */
import { fromString, toString as textOf } from 'uint8arrays'
import {
  type Hash,
  parseRegister,
  parseRevision,
  type Register,
  type Revision,
  registerName,
} from '../../crdt/index.ts'
import type { Hlc } from '../../protocols/decisions/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { RecordStore } from '../ports/storage.ts'
import { REGISTER_FLUSH_MS } from './limits.ts'

export interface IntentRecordsComponents {
  records(name: string): RecordStore
  readonly clock: Clock
  readonly logger: Logger
  readonly hash: Hash
}

/** Records that are taken over while nothing else has its turn: a hundred thousand of them take seconds. */
const TAKEN_TOGETHER = 256

const EPOCH_KEY = 'epoch'
const CLOCK_KEY = 'clock'

export class IntentRecords {
  readonly #components: IntentRecordsComponents
  readonly #revisions: RecordStore
  readonly #registers: RecordStore
  readonly #own: RecordStore
  /** Name -> register that changed since the last flush; null where it is forgotten. */
  readonly #changed = new Map<string, Register | null>()
  #cancelFlush: (() => void) | null = null

  constructor(components: IntentRecordsComponents) {
    this.#components = components
    this.#revisions = components.records('revisions')
    this.#registers = components.records('registers')
    this.#own = components.records('intent')
  }

  /** Gives all that are stored to `take`, some at a time, as they are read. */
  loadRevisions(take: (revisions: readonly Revision[]) => void): Promise<void> {
    return this.#load(this.#revisions, (bytes) => parseRevision(bytes, this.#components.hash), take)
  }

  loadRegisters(take: (registers: readonly Register[]) => void): Promise<void> {
    return this.#load(this.#registers, parseRegister, take)
  }

  /** On disk when it resolves. @throws `storeFailed` */
  storeRevisions(revisions: readonly Revision[]): Promise<void> {
    return this.#revisions.write(revisions.map(({ id, bytes }) => ({ key: id, value: bytes })))
  }

  /** Gone from disk when it resolves. @throws `storeFailed` */
  removeRevisions(revisions: readonly Revision[]): Promise<void> {
    return this.#revisions.write(revisions.map(({ id }) => ({ key: id, value: null })))
  }

  /** On disk within `REGISTER_FLUSH_MS`. */
  storeRegister(register: Register): void {
    this.#change(registerName(register), register)
  }

  removeRegister(register: Register): void {
    this.#change(registerName(register), null)
  }

  /** Epoch of the last life that was stored; 0 before the first. */
  async loadEpoch(): Promise<number> {
    const bytes = await this.#own.get(EPOCH_KEY)
    return bytes === null ? 0 : Number(textOf(bytes))
  }

  storeEpoch(epoch: number): Promise<void> {
    return this.#own.write([{ key: EPOCH_KEY, value: fromString(String(epoch)) }])
  }

  /** The clock that was stored last; zero before the first. */
  async loadClock(): Promise<Hlc> {
    const bytes = await this.#own.get(CLOCK_KEY)
    const [wallMs = 0, counter = 0] = bytes === null ? [] : textOf(bytes).split(' ').map(Number)
    return { wallMs, counter }
  }

  storeClock({ wallMs, counter }: Hlc): Promise<void> {
    return this.#own.write([{ key: CLOCK_KEY, value: fromString(`${wallMs} ${counter}`) }])
  }

  /** Writes what still lies in memory. @throws `storeFailed` */
  async flush(): Promise<void> {
    this.#cancelFlush?.()
    this.#cancelFlush = null
    if (this.#changed.size === 0) return
    const changes = [...this.#changed].map(([key, register]) => ({ key, value: register?.bytes ?? null }))
    this.#changed.clear()
    await this.#registers.write(changes)
  }

  #change(name: string, register: Register | null): void {
    this.#changed.set(name, register)
    this.#cancelFlush ??= this.#components.clock.after(REGISTER_FLUSH_MS, () => {
      this.flush().catch((error: Error) =>
        this.#components.logger.error({ error: error.message }, 'registers could not be stored'),
      )
    })
  }

  /** What cannot be read stays on disk: a newer version may have written it, and can read it again. */
  async #load<Item>(
    store: RecordStore,
    parse: (bytes: Uint8Array) => Item,
    take: (items: readonly Item[]) => void,
  ): Promise<void> {
    let items: Item[] = []
    for await (const [key, bytes] of store.entries()) {
      try {
        items.push(parse(bytes))
      } catch (error) {
        this.#components.logger.error({ key, error: (error as Error).message }, 'a stored record is left out')
      }
      if (items.length < TAKEN_TOGETHER) continue
      take(items)
      items = []
    }
    take(items)
  }
}
