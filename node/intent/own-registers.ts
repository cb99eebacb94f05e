/** The registers that this node writes: epoch of its life, sequence of its writes, changes collected into batches. */
import { equals } from 'uint8arrays'
import { createRegister, REGISTER_VALUE_BYTES_MAX, type Register, type Sign } from '../../crdt/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { IntentRecords } from './intent-records.ts'
import { REGISTER_BATCH_MS } from './limits.ts'

export interface OwnRegistersComponents {
  readonly records: IntentRecords
  readonly clock: Clock
  readonly logger: Logger
  readonly sign: Sign
  /** Takes over, stores and spreads what was written. */
  written(registers: readonly Register[]): void
}

export class OwnRegisters {
  readonly #components: OwnRegistersComponents
  readonly #self: NodeId
  /** All that was set in this life. */
  readonly #values = new Map<string, Uint8Array>()
  readonly #unwritten = new Set<string>()
  #epoch = 0
  #epochOnDisk = 0
  #sequence = 0
  #cancelBatch: (() => void) | null = null
  /** Batches follow each other, so that sequences do. */
  #writing: Promise<void> = Promise.resolve()

  constructor(components: OwnRegistersComponents, self: NodeId) {
    this.#components = components
    this.#self = self
  }

  /** Begins a life: its epoch is on disk before its first write. */
  async start(): Promise<void> {
    this.#epoch = (await this.#components.records.loadEpoch()) + 1
    await this.#storeEpoch()
  }

  /** Writes what is still collected. */
  async stop(): Promise<void> {
    this.#cancelBatch?.()
    this.#write()
    await this.#writing
  }

  /** @throws `registerInvalid` when the value is too large */
  set(key: string, value: Uint8Array): void {
    if (value.byteLength > REGISTER_VALUE_BYTES_MAX) {
      throw new CoterieError('registerInvalid', {
        detail: `its value has over ${REGISTER_VALUE_BYTES_MAX} bytes`,
      })
    }
    const present = this.#values.get(key)
    if (present !== undefined && equals(present, value)) return
    this.#values.set(key, value)
    this.#collect(key)
  }

  /** No more is said under this key. */
  drop(key: string): void {
    this.#values.delete(key)
    this.#unwritten.delete(key)
  }

  /** Judges a register of this node's that came from another: one that this life did not write tells of a life that it forgot. */
  meet(register: Register): void {
    if (register.epoch < this.#epoch) return
    this.#components.logger.warn(
      { key: register.key, epoch: register.epoch, ownEpoch: this.#epoch },
      'this node was ahead of its own directory, which is an older copy; it writes its registers again',
    )
    this.#epoch = register.epoch + 1
    this.#sequence = 0
    for (const key of this.#values.keys()) this.#collect(key)
  }

  #collect(key: string): void {
    this.#unwritten.add(key)
    this.#cancelBatch ??= this.#components.clock.after(REGISTER_BATCH_MS, () => this.#write())
  }

  #write(): void {
    this.#cancelBatch = null
    this.#writing = this.#writing
      .then(() => this.#writeBatch())
      .catch((error: Error) =>
        this.#components.logger.error({ error: error.message }, 'registers could not be written'),
      )
  }

  async #storeEpoch(): Promise<void> {
    const epoch = this.#epoch
    await this.#components.records.storeEpoch(epoch)
    this.#epochOnDisk = epoch
  }

  async #writeBatch(): Promise<void> {
    if (this.#epochOnDisk < this.#epoch) await this.#storeEpoch()
    const registers: Register[] = []
    for (const key of this.#unwritten) {
      this.#unwritten.delete(key)
      const value = this.#values.get(key)
      if (value === undefined) continue
      this.#sequence++
      const content = { node: this.#self, key, epoch: this.#epoch, sequence: this.#sequence, value }
      registers.push(await createRegister(content, this.#components.sign))
    }
    if (registers.length > 0) this.#components.written(registers)
  }
}
