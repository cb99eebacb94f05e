/** One document of task records: a Yjs map from the hash of a record to its bytes, and nothing else. Nothing ever leaves it but all of it. */
import { fromString } from 'uint8arrays'
import * as Y from 'yjs'
import type { NodeId } from '../../protocols/wire/index.ts'
import { type BucketIndex, createBucketIndex } from '../bucket-index.ts'
import { readMapUpdate, refuseUpdate } from '../map-update.ts'
import type { Hash } from '../signed.ts'
import { type DocumentId, documentKey, fitsPeriod } from './document-id.ts'
import { parseTaskRecord, projectOf, type TaskRecord } from './task-record.ts'

const ROOT = 'records'

/** What stands around a record in memory: its key in the document, in the index, and their places. */
export const RECORD_OVERHEAD_BYTES = 512

export interface InspectedRecords {
  readonly update: Uint8Array
  readonly records: readonly TaskRecord[]
  /** Client -> clock of its first struct in the update. */
  readonly begins: ReadonlyMap<number, number>
}

export interface RecordDocument {
  readonly id: DocumentId
  readonly index: BucketIndex
  /** What the records take up in memory, roughly; of one node alone. */
  bytes(of?: NodeId): number
  get(record: string): Uint8Array | null
  entries(): IterableIterator<readonly [record: string, bytes: Uint8Array]>
  /** Adds verified records, those that are new. */
  add(records: readonly TaskRecord[], origin: string): void
  /** Applies an inspected update whose records were verified. */
  merge(inspected: InspectedRecords, origin: string): void
  /** Called with each change as a Yjs update (V1) and the origin that was given for it. */
  onUpdate(listener: (update: Uint8Array, origin: string) => void): void
  /** Gives all of its memory back. */
  close(): void
}

/** Whether the record may stand in that document. @throws `taskRecordInvalid`, `updateRefused` */
export const readRecordFor = ({ project, period }: DocumentId, bytes: Uint8Array, hash: Hash): TaskRecord => {
  const record = parseTaskRecord(bytes, hash)
  if (projectOf(record.object) !== project) throw refuseUpdate('a record is of another project')
  if (!fitsPeriod(record.endedAtMs, period)) throw refuseUpdate('a record is of another time')
  return record
}

/** Checks an update of another node's document and changes nothing. @throws `updateRefused`, `taskRecordInvalid` */
export const inspectRecords = (id: DocumentId, update: Uint8Array, hash: Hash): InspectedRecords => {
  const { entries, begins } = readMapUpdate(update, ROOT)
  const records = entries.map(([key, value]) => {
    const record = readRecordFor(id, value, hash)
    if (record.id !== key) throw refuseUpdate('a key is not the hash of its value')
    return record
  })
  return { update, records, begins }
}

/** `clientId`: random for each document, as for the catalogue. */
export const openRecordDocument = (id: DocumentId, clientId: number): RecordDocument => {
  const document = new Y.Doc({ guid: documentKey(id) })
  document.clientID = clientId
  const root = document.getMap<Uint8Array>(ROOT)
  const index = createBucketIndex()
  const ofNode = new Map<NodeId, number>()
  let all = 0

  /** Takes note of records that are new in the document. */
  const note = (records: readonly TaskRecord[]) => {
    for (const { id: record, node, bytes } of records) {
      const size = bytes.byteLength + RECORD_OVERHEAD_BYTES
      all += size
      ofNode.set(node, (ofNode.get(node) ?? 0) + size)
      index.set(record, fromString(record, 'base16'))
    }
  }
  const add = (records: readonly TaskRecord[], origin: string) => {
    // Who answers may give the same record many times.
    const fresh = new Map(records.filter((each) => !root.has(each.id)).map((each) => [each.id, each]))
    note([...fresh.values()])
    document.transact(() => {
      for (const [record, { bytes }] of fresh) root.set(record, bytes)
    }, origin)
  }
  /** Yjs would hold back what does not go on where it knows the client, and pass over what it thinks it has. */
  const fits = ({ records, begins }: InspectedRecords): boolean =>
    records.every(({ id: record }) => !root.has(record)) &&
    [...begins].every(([client, clock]) => Y.getState(document.store, client) === clock)

  return {
    id,
    index,
    bytes: (of) => (of === undefined ? all : (ofNode.get(of) ?? 0)),
    get: (record) => root.get(record) ?? null,
    entries: () => root.entries(),
    add,
    merge: (inspected, origin) => {
      if (fits(inspected)) {
        Y.applyUpdate(document, inspected.update, origin)
        // An update that begins one client twice makes Yjs wait for what will never come.
        document.store.pendingStructs = null
        note(inspected.records.filter(({ id: record }) => root.has(record)))
      }
      add(inspected.records, origin)
    },
    onUpdate: (listener) =>
      void document.on('update', (update: Uint8Array, origin: unknown) => listener(update, origin as string)),
    close: () => document.destroy(),
  }
}
