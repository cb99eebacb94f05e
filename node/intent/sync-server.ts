/** Answers the questions of a member that pulls. */

import { equals } from 'uint8arrays'
import {
  compareAnswerCodec,
  fetchAnswerCodec,
  type Hash,
  listAnswerCodec,
  SYNC_NAMES_MAX,
  SYNC_RECORDS_BYTES_MAX,
  type SyncRequest,
  syncRequestCodec,
} from '../../crdt/index.ts'
import { bytesOf, type Holdings, indexOf, rootOf } from './holdings.ts'

/** @throws `malformedMessage` */
export const answerSync = (payload: Uint8Array, holdings: Holdings, hash: Hash): Uint8Array => {
  const request = syncRequestCodec.decode(payload)
  switch (request.type) {
    case 'compare':
      return compare(request, holdings, hash)
    case 'list':
      return list(request, holdings)
    case 'fetch':
      return fetchRecords(request, holdings)
  }
}

type Of<Type extends SyncRequest['type']> = Extract<SyncRequest, { type: Type }>

const compare = ({ root }: Of<'compare'>, holdings: Holdings, hash: Hash): Uint8Array => {
  if (equals(root, rootOf(holdings, hash))) return compareAnswerCodec.encode({ type: 'same' })
  return compareAnswerCodec.encode({
    type: 'digests',
    revisions: holdings.catalogue.index.digests(),
    registers: holdings.registers.index.digests(),
  })
}

const list = ({ kind, buckets }: Of<'list'>, holdings: Holdings): Uint8Array => {
  const index = indexOf(holdings, kind)
  const items: { name: string; hash: Uint8Array }[] = []
  let done = 0
  for (const bucket of buckets) {
    const held = index.items(bucket)
    if (done > 0 && items.length + held.size > SYNC_NAMES_MAX) break
    for (const [name, hash] of held.entries().take(SYNC_NAMES_MAX)) items.push({ name, hash })
    done++
  }
  return listAnswerCodec.encode({ items, done })
}

const fetchRecords = ({ kind, names }: Of<'fetch'>, holdings: Holdings): Uint8Array => {
  const records: Uint8Array[] = []
  let bytes = 0
  let done = 0
  for (const name of names) {
    const record = bytesOf(holdings, kind, name)
    bytes += record?.byteLength ?? 0
    if (done > 0 && bytes > SYNC_RECORDS_BYTES_MAX) break
    if (record !== null) records.push(record)
    done++
  }
  return fetchAnswerCodec.encode({ records, done })
}
