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
import type { Clock } from '../ports/clock.ts'
import { bytesOf, type Holdings, indexOf, rootOf } from './holdings.ts'

export interface SyncServerComponents {
  readonly holdings: Holdings
  readonly hash: Hash
  readonly clock: Pick<Clock, 'wallMs'>
}

/** @throws `malformedMessage` */
export const answerSync = (
  payload: Uint8Array,
  { holdings, hash, clock }: SyncServerComponents,
): Uint8Array => {
  const request = syncRequestCodec.decode(payload)
  switch (request.type) {
    case 'compare':
      return compare(request, holdings, hash, clock.wallMs())
    case 'list':
      return list(request, holdings)
    case 'fetch':
      return fetchRecords(request, holdings)
  }
}

type Of<Type extends SyncRequest['type']> = Extract<SyncRequest, { type: Type }>

const compare = ({ root }: Of<'compare'>, holdings: Holdings, hash: Hash, wallMs: number): Uint8Array => {
  if (equals(root, rootOf(holdings, hash))) return compareAnswerCodec.encode({ type: 'same', wallMs })
  return compareAnswerCodec.encode({
    type: 'digests',
    wallMs,
    revisions: holdings.catalogue.index.digests(),
    registers: holdings.registers.index.digests(),
  })
}

type Item = readonly [name: string, hash: Uint8Array]

/** A bucket that one answer does not hold is listed in order of its names, a page at a time. */
const pageOf = (items: Iterable<Item>, after: string): { page: Item[]; more: boolean } => {
  const rest = [...items].filter(([name]) => name > after).sort(([a], [b]) => (a < b ? -1 : 1))
  return { page: rest.slice(0, SYNC_NAMES_MAX), more: rest.length > SYNC_NAMES_MAX }
}

const list = ({ kind, buckets, after = '' }: Of<'list'>, holdings: Holdings): Uint8Array => {
  const index = indexOf(holdings, kind)
  const [first, ...others] = buckets as [number, ...number[]]
  const { page: listed, more } = pageOf(index.items(first), after)
  let done = 1
  for (const bucket of more ? [] : others) {
    const held = index.items(bucket)
    if (listed.length + held.size > SYNC_NAMES_MAX) break
    listed.push(...held)
    done++
  }
  const items = listed.map(([name, hash]) => ({ name, hash }))
  return listAnswerCodec.encode({ items, done, ...(more && { more }) })
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
