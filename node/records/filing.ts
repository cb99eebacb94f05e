/** Puts records of this node's own, and those that came too late, into the period that is open now. */
import {
  type DocumentId,
  fitsPeriod,
  openPeriod,
  projectOf,
  type TaskRecord,
} from '../../crdt/records/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { RecordChange } from '../ports/storage.ts'
import { type RecordsDisk, recordChange } from './disk.ts'
import type { Documents } from './documents.ts'
import type { Intake } from './intake.ts'
import type { RecordsComponents } from './types.ts'

/** Origin of what this node files, whose updates it tells others of. */
export const FILED = 'filed'

export interface FilingComponents extends Pick<RecordsComponents, 'decisions'> {
  readonly documents: Documents
  readonly disk: RecordsDisk
  readonly intake: Pick<Intake, 'whileStill'>
  readonly clock: Clock
  readonly logger: Logger
  readonly periodMs: number
}

export class Filing {
  readonly #components: FilingComponents

  constructor(components: FilingComponents) {
    this.#components = components
  }

  /** On disk when it resolves, with `others` in the same write. What finds no room is left out, and logged. @throws `storeFailed` */
  async file(records: readonly TaskRecord[], others: readonly RecordChange[]): Promise<void> {
    await this.#components.intake.whileStill(() => this.fileNow(records, others))
  }

  /** The same for who holds the turn of the intake. */
  async fileNow(records: readonly TaskRecord[], others: readonly RecordChange[]): Promise<void> {
    const { disk, documents, logger } = this.#components
    const room = documents.room()
    const filed = records.flatMap((record) => {
      const id = this.#documentOf(record)
      try {
        if (!fitsPeriod(record.endedAtMs, id.period)) return []
        room.take(id, record)
        return [{ id, record }]
      } catch (error) {
        if (!isCoterieError(error, 'recordsFull')) throw error
        logger.warn({ task: record.task, code: error.code }, error.message)
        return []
      }
    })
    await disk.write([...filed.map(({ id, record }) => recordChange(id, record.id, record.bytes)), ...others])
    for (const { id, record } of filed) documents.open(id).add([record], FILED)
  }

  #documentOf({ object }: TaskRecord): DocumentId {
    const { decisions, clock, periodMs } = this.#components
    const project = projectOf(object)
    const closedThrough = decisions.view.periods.get(project)?.closedThrough ?? -1
    return { project, period: openPeriod(clock.wallMs(), periodMs, closedThrough) }
  }
}
