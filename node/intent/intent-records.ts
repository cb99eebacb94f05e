/** Intent on disk: revisions synced before they count, registers within a second, the epoch of this life. */
import { fromString, toString as textOf } from 'uint8arrays'
import {
  compareHlc,
  HLC_ZERO,
  type Register,
  type Revision,
  readRevision,
  registerName,
} from '../../crdt/index.ts'
import type { Hlc, RevisionId } from '../../protocols/decisions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { RecordChange, RecordStore } from '../ports/storage.ts'
import { REGISTER_FLUSH_MS } from './limits.ts'

export interface IntentRecordsComponents {
  records(name: string): RecordStore
  readonly clock: Clock
  readonly logger: Logger
}

const EPOCH_KEY = 'epoch'
/**
 * Among the revisions, so that it is written together with them; no id has this form. Earlier versions kept it beside the epoch once
 * they had trimmed something of their own, and read every revision at each start.
 */
const CLOCK_KEY = 'clock'

const later = (a: Hlc, b: Hlc): Hlc => (compareHlc(a, b) < 0 ? b : a)
const decodeClock = (bytes: Uint8Array): Hlc => {
  const [wallMs = 0, counter = 0] = textOf(bytes).split(' ').map(Number)
  return { wallMs, counter }
}

export class IntentRecords {
  readonly #components: IntentRecordsComponents
  readonly #revisions: RecordStore
  readonly #registers: RecordStore
  readonly #own: RecordStore
  /** Name -> register that changed since the last flush; null where it is forgotten. */
  #changed = new Map<string, Register | null>()
  /** The same, of which a flush is under way. */
  readonly #flushing = new Map<string, Register | null>()
  readonly #self: NodeId
  /** The greatest of this node's own revisions. */
  #clock: Hlc = HLC_ZERO
  #cancelFlush: (() => void) | null = null

  constructor(components: IntentRecordsComponents, self: NodeId) {
    this.#components = components
    this.#self = self
    this.#revisions = components.records('revisions')
    this.#registers = components.records('registers')
    this.#own = components.records('intent')
  }

  /**
   * Gives all that are stored to `take`, as they were stored: each was verified before, and the store tells when it is damaged. Where nobody
   * takes them, they are read only if no clock was kept. Resolves with the greatest clock of this node's own.
   */
  async loadRevisions(take: ((id: RevisionId, bytes: Uint8Array) => void) | null): Promise<Hlc> {
    const clock = await this.#revisions.get(CLOCK_KEY)
    const earlier = clock ?? (await this.#own.get(CLOCK_KEY))
    if (earlier !== null) this.#clock = decodeClock(earlier)
    if (clock !== null && take === null) return this.#clock
    for await (const page of this.#revisions.pages()) {
      const revisions = page.filter(([key]) => key !== CLOCK_KEY)
      for (const [id, bytes] of revisions) take?.(id, bytes)
      if (clock === null) this.#seeClocks(revisions.flatMap(([id, bytes]) => readRevision(id, bytes) ?? []))
    }
    if (clock === null && this.#clock !== HLC_ZERO) await this.#revisions.write([this.#clockChange()])
    return this.#clock
  }

  async loadRegisters(take: (name: string, bytes: Uint8Array) => void): Promise<void> {
    for await (const page of this.#registers.pages()) for (const [name, bytes] of page) take(name, bytes)
  }

  /** As it is stored. */
  readonly revision = (id: RevisionId): Uint8Array | null => this.#revisions.getNow(id)

  /** As it was given last. */
  readonly register = (name: string): Uint8Array | null => {
    const changed = this.#changed.has(name) ? this.#changed.get(name) : this.#flushing.get(name)
    return changed === undefined ? this.#registers.getNow(name) : (changed?.bytes ?? null)
  }

  /** On disk when it resolves. @throws `storeFailed` */
  storeRevisions(revisions: readonly Revision[]): Promise<void> {
    const changes: RecordChange[] = revisions.map(({ id, bytes }) => ({ key: id, value: bytes }))
    const before = this.#clock
    this.#seeClocks(revisions)
    if (this.#clock !== before) changes.push(this.#clockChange())
    return this.#revisions.write(changes)
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

  /** Writes what still lies in memory. @throws `storeFailed` */
  async flush(): Promise<void> {
    this.#cancelFlush?.()
    this.#cancelFlush = null
    if (this.#changed.size === 0) return
    const changed = this.#changed
    this.#changed = new Map()
    for (const [name, register] of changed) this.#flushing.set(name, register)
    await this.#registers.write(
      [...changed].map(([key, register]) => ({ key, value: register?.bytes ?? null })),
    )
    // What changed again meanwhile is in the next one.
    for (const [name, register] of changed)
      if (this.#flushing.get(name) === register) this.#flushing.delete(name)
  }

  #change(name: string, register: Register | null): void {
    this.#changed.set(name, register)
    this.#cancelFlush ??= this.#components.clock.after(REGISTER_FLUSH_MS, () => {
      this.flush().catch((error: Error) =>
        this.#components.logger.error({ error: error.message }, 'registers could not be stored'),
      )
    })
  }

  #clockChange(): RecordChange {
    const { wallMs, counter } = this.#clock
    return { key: CLOCK_KEY, value: fromString(`${wallMs} ${counter}`) }
  }

  #seeClocks(revisions: readonly Revision[]): void {
    for (const { author, hlc } of revisions) if (author === this.#self) this.#clock = later(this.#clock, hlc)
  }
}
