/** Answers the questions of a member that pulls. */
import { compare, equals, fromString, toString as textOf } from 'uint8arrays'
import { differingBuckets } from '../../crdt/index.ts'
import {
  ARCHIVE_PIECE_BYTES_MAX,
  archivePieceCodec,
  LISTED_MAX,
  type RecordDocument,
  type RecordsRequest,
  recordsCodec,
  recordsListCodec,
  recordsRequestCodec,
  surveyAnswerCodec,
} from '../../crdt/records/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { RecordsDisk } from './disk.ts'
import type { Documents } from './documents.ts'

export interface ServerComponents {
  readonly documents: Documents
  readonly disk: RecordsDisk
}

type Of<Type extends RecordsRequest['type']> = Extract<RecordsRequest, { type: Type }>

/** @throws `malformedMessage`, `archiveMissing` */
export const answerRecords = async (
  payload: Uint8Array,
  { documents, disk }: ServerComponents,
): Promise<Uint8Array> => {
  const request = recordsRequestCodec.decode(payload)
  switch (request.type) {
    case 'survey':
      return survey(request, documents)
    case 'list':
      return recordsListCodec.encode(list(request, documents.get(request)))
    case 'fetch':
      return fetchRecords(request, documents.get(request))
    case 'archive':
      return await archivePiece(request, disk)
  }
}

const survey = ({ projects, root }: Of<'survey'>, documents: Documents): Uint8Array => {
  if (equals(root, documents.rootOf(projects))) return surveyAnswerCodec.encode({ type: 'same' })
  const held = projects.flatMap((project) => documents.all(project))
  return surveyAnswerCodec.encode({
    type: 'documents',
    documents: held.map(({ id }) => ({ ...id, root: documents.root(id) })),
  })
}

const list = ({ digests, after }: Of<'list'>, document: RecordDocument | null) => {
  if (document === null) return { records: [], more: false }
  const { index } = document
  const held = differingBuckets(index.digests(), digests).flatMap((bucket) =>
    Array.from(index.items(bucket), ([record]) => fromString(record, 'base16')),
  )
  const rest = (after === undefined ? held : held.filter((id) => compare(id, after) > 0)).sort(compare)
  return { records: rest.slice(0, LISTED_MAX), more: rest.length > LISTED_MAX }
}

const fetchRecords = ({ records }: Of<'fetch'>, document: RecordDocument | null): Uint8Array =>
  recordsCodec.encode(records.flatMap((id) => document?.get(textOf(id, 'base16')) ?? []))

const archivePiece = async ({ offset, ...id }: Of<'archive'>, disk: RecordsDisk): Promise<Uint8Array> => {
  const packed = await disk.archive(id)
  if (packed === null || offset >= packed.byteLength)
    throw new CoterieError('archiveMissing', { ...named(id) })
  const bytes = packed.slice(offset, offset + ARCHIVE_PIECE_BYTES_MAX)
  return archivePieceCodec.encode({ bytes, total: packed.byteLength })
}

const named = ({ project, period }: { readonly project: string; readonly period: number }) => ({
  project,
  period,
})
