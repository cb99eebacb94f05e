/**
 * Task records: what ran, in documents per project and period, and their archives. Knows neither network nor disk nor clock.
 */
export { archiveHash, decodeArchive, encodeArchive } from './archive.ts'
export {
  type DocumentId,
  documentKey,
  fitsPeriod,
  LATE_MAX_MS,
  mayBegin,
  openPeriod,
  PERIOD_MAX_MS,
  PERIOD_MIN_MS,
  PERIOD_MS,
} from './document-id.ts'
export {
  inspectRecords,
  openRecordDocument,
  RECORD_OVERHEAD_BYTES,
  type RecordDocument,
  readRecordFor,
} from './record-document.ts'
export * from './record-messages.ts'
export {
  createTaskRecord,
  parseTaskRecord,
  projectOf,
  RECORD_PROBLEM_LENGTH_MAX,
  type TaskRecord,
  type TaskRecordContent,
  taskRecordClaim,
} from './task-record.ts'
