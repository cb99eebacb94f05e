/** The one way in for what others say: of an open period, parsed, known to the log, with room, verified, stored, then merged. */
import type { Hash, Verify } from '../../crdt/index.ts'
import {
  type DocumentId,
  inspectRecords,
  LATE_MAX_MS,
  mayBegin,
  readRecordFor,
  type TaskRecord,
  taskRecordClaim,
} from '../../crdt/records/index.ts'
import { isClosed } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import { type RecordsDisk, recordChange } from './disk.ts'
import type { Documents } from './documents.ts'
import { AHEAD_MAX_MS } from './limits.ts'
import type { Links } from './links.ts'
import type { Room } from './room.ts'
import type { RecordsComponents } from './types.ts'

export interface IntakeComponents extends Pick<RecordsComponents, 'decisions'> {
  readonly documents: Documents
  readonly disk: RecordsDisk
  readonly links: Pick<Links, 'isLinked'>
  readonly clock: Clock
  readonly logger: Logger
  readonly hash: Hash
  readonly verify: Verify
  readonly periodMs: number
  readonly archivesKept: number
}

export class Intake {
  readonly #components: IntakeComponents
  /** One after the other: what each takes of the room, the next has to see. */
  #turn: Promise<void> = Promise.resolve()

  constructor(components: IntakeComponents) {
    this.#components = components
  }

  /** Whether anything is taken for that document now. */
  isOpen({ project, period }: DocumentId): boolean {
    const { decisions, links, clock, periodMs, archivesKept } = this.#components
    // Older than what is kept and one more, or too old for any record of today: else a member could open every hour since 1970.
    const oldestMs = clock.wallMs() - Math.max(LATE_MAX_MS, (archivesKept + 1) * periodMs)
    return (
      mayBegin(period, periodMs) &&
      links.isLinked(project) &&
      !isClosed(decisions.view.periods, { project, period }) &&
      period >= oldestMs &&
      period <= clock.wallMs() + AHEAD_MAX_MS
    )
  }

  /** Takes the records that are new here; a bad one is logged and the others count. @throws `storeFailed` */
  take(id: DocumentId, records: readonly Uint8Array[], from: NodeId): Promise<void> {
    return this.#inTurn(async () => {
      const { hash, documents } = this.#components
      if (!this.isOpen(id)) return
      const taken: TaskRecord[] = []
      const room = documents.room()
      for (const bytes of records) {
        await this.#unlessBad(from, async () => {
          const record = readRecordFor(id, bytes, hash)
          if (await this.#isWanted(id, record, room)) taken.push(record)
        })
      }
      await this.#keep(id, taken, () => documents.open(id).add(taken, from))
    })
  }

  /** Takes an update of a document as a whole, or not at all. @throws `storeFailed` */
  takeUpdate(id: DocumentId, update: Uint8Array, from: NodeId): Promise<void> {
    return this.#inTurn(() =>
      this.#unlessBad(from, async () => {
        const { hash, documents } = this.#components
        if (!this.isOpen(id)) return
        const inspected = inspectRecords(id, update, hash)
        const taken: TaskRecord[] = []
        const room = documents.room()
        for (const record of inspected.records) if (await this.#isWanted(id, record, room)) taken.push(record)
        await this.#keep(id, taken, () => {
          if (taken.length === inspected.records.length) documents.open(id).merge(inspected, from)
          else documents.open(id).add(taken, from)
        })
      }),
    )
  }

  /** Does `act` while nothing is taken. */
  async whileStill(act: () => Promise<void>): Promise<void> {
    await this.#inTurn(act)
  }

  /** False where it is here. @throws what says why it is not taken */
  async #isWanted(id: DocumentId, record: TaskRecord, room: Room): Promise<boolean> {
    const { documents, decisions, verify } = this.#components
    const { objects, nodes, removedNodes } = decisions.view
    if (documents.get(id)?.get(record.id) != null) return false
    // What the log does not know yet comes again with the next comparison.
    if (!objects.has(record.object) || !(nodes.has(record.node) || removedNodes.has(record.node)))
      throw new CoterieError('taskRecordInvalid', { detail: 'the log knows neither such a node nor object' })
    room.take(id, record)
    if (await verify(taskRecordClaim(record))) return true
    throw new CoterieError('signatureWrong', { what: 'task record', signer: record.node })
  }

  /** On disk first. If the period is over by then, they are late. */
  async #keep(id: DocumentId, records: readonly TaskRecord[], merge: () => void): Promise<void> {
    if (records.length === 0) return
    await this.#components.disk.write(records.map((record) => recordChange(id, record.id, record.bytes)))
    merge()
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(act)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #unlessBad(from: NodeId, take: () => Promise<void>): Promise<void> {
    try {
      await take()
    } catch (error) {
      if (!isCoterieError(error) || error.code === 'storeFailed') throw error
      this.#components.logger.warn({ from, code: error.code }, error.message)
    }
  }
}
