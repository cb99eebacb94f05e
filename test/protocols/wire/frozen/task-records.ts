import {
  archivePieceCodec,
  recordsCodec,
  recordsHintCodec,
  recordsListCodec,
  recordsRequestCodec,
  surveyAnswerCodec,
} from '../../../../crdt/records/record-messages.ts'
import { taskRecordContentCodec } from '../../../../crdt/records/task-record.ts'
import { A, bytes, type Kinds, kind, REVISION } from './kind.ts'

const place = { project: 'shop', period: 1_763_683_200_000 }
const record = {
  task: 'shop.web.0.17',
  object: 'service/shop/web',
  slot: 0,
  token: 17,
  revision: REVISION,
  node: A,
  attempts: 8,
  startedAtMs: 1_763_700_000_000,
  endedAtMs: 1_763_700_030_000,
}

export const TASK_RECORD_FRAMES: Kinds = [
  kind(recordsRequestCodec, {
    survey: { type: 'survey', projects: ['blog', 'shop'], root: bytes(32) },
    list: { type: 'list', ...place, digests: bytes(2_048) },
    'list from within': { type: 'list', ...place, digests: bytes(2_048), after: bytes(32) },
    fetch: { type: 'fetch', ...place, records: [bytes(32)] },
    archive: { type: 'archive', ...place, hash: bytes(32), offset: 524_288 },
  }),
  kind(surveyAnswerCodec, {
    'survey: same': { type: 'same' },
    'survey: documents': { type: 'documents', documents: [{ ...place, root: bytes(32) }] },
  }),
  kind(recordsListCodec, { 'list of records': { records: [bytes(32)], more: true } }),
  kind(recordsCodec, { 'fetched records': [bytes(400)] }),
  kind(archivePieceCodec, { 'piece of an archive': { bytes: bytes(100), total: 524_388 } }),
  kind(recordsHintCodec, { hint: { ...place, update: bytes(300) } }),
  kind(taskRecordContentCodec, {
    'failed task': {
      ...record,
      end: 'failed',
      exitCode: 3,
      problem: { code: 'taskEnded', message: 'the program ended with code 3' },
    },
    'completed task': { ...record, end: 'completed', exitCode: 0 },
    'rejected task': { ...record, attempts: 0, startedAtMs: null, end: 'rejected' },
    'stopped task': { ...record, end: 'stopped', reason: 'it was scaled down' },
    'moved task': { ...record, end: 'moved', reason: 'attic is dead' },
    'lost task': { ...record, end: 'lost' },
  }),
]
