/**
 * An archive: all records of one project and period, immutable, named by the hash of these bytes.
 *
 * Grammar: CBOR list of the records as they were signed, by rising id. So two nodes that hold the same records make the same bytes.
 */
import { Type } from 'typebox'
import { toString as textOf } from 'uint8arrays'
import { ARCHIVE_BYTES_MAX } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { BytesSchema, defineMessage } from '../../protocols/wire/index.ts'
import type { Hash } from '../signed.ts'
import type { DocumentId } from './document-id.ts'
import { readRecordFor } from './record-document.ts'
import { TASK_RECORD_BYTES_MAX, type TaskRecord } from './task-record.ts'

const archiveCodec = defineMessage(
  'archive',
  Type.Array(BytesSchema(1, TASK_RECORD_BYTES_MAX), { minItems: 1, maxItems: ARCHIVE_BYTES_MAX }),
)

export const encodeArchive = (
  records: Iterable<readonly [record: string, bytes: Uint8Array]>,
): { readonly bytes: Uint8Array; readonly records: number } => {
  const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => bytes)
  return { bytes: archiveCodec.encode(sorted), records: sorted.length }
}

export const archiveHash = (bytes: Uint8Array, hash: Hash): string => textOf(hash(bytes), 'base16')

/** The records in an archive whose hash is known to be right. @throws `malformedMessage`, `taskRecordInvalid`, `updateRefused` */
export const decodeArchive = (id: DocumentId, bytes: Uint8Array, hash: Hash): TaskRecord[] => {
  if (bytes.byteLength > ARCHIVE_BYTES_MAX)
    throw new CoterieError('malformedMessage', {
      what: 'archive',
      detail: `it has over ${ARCHIVE_BYTES_MAX} bytes`,
    })
  const records = archiveCodec.decode(bytes).map((each) => readRecordFor(id, each, hash))
  if (records.some((record, at) => at > 0 && (records[at - 1] as TaskRecord).id >= record.id))
    throw new CoterieError('malformedMessage', { what: 'archive', detail: 'its records are not in order' })
  return records
}
