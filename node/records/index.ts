/**
 * What ran: records of tasks that ended, kept in documents per project and period. See docs/design/documents.md.
 *
 * Guarantees: a record that was written is on disk; members that link a project and stay connected come to hold the same
 * of it; what a decision archived never returns as a document. Not guaranteed: a record of what ran on a node that never came back.
 */
import { LiveRecordsService } from './records-service.ts'
import type { RecordsComponents, RecordsInit, RecordsService } from './types.ts'

export { zlibPacking } from './packing.ts'
export type * from './types.ts'

export const createRecords = (components: RecordsComponents, init: RecordsInit): RecordsService =>
  new LiveRecordsService(components, init)
