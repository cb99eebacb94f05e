/**
 * What a catalogue and a register set keep in memory of records that lie in a store: made apart from them, also by another
 * thread, which may hand it over.
 */
import type { NodeId } from '../protocols/wire/index.ts'
import { createPackedRecords, type PackedRecordsState } from './packed-records.ts'
import { itemHashOf } from './revision-hash.ts'
import type { Hash } from './signed.ts'

export interface StoredIndex {
  readonly records: PackedRecordsState
  /** How many there are of each owner; of revisions none is told. */
  readonly owners: ReadonlyMap<NodeId, number>
}

/** Revisions and registers of one store. */
export interface IntentIndex {
  readonly revisions: StoredIndex
  readonly registers: StoredIndex
}

/** Given each record of a store once. */
export interface Indexing {
  take(name: string, bytes: Uint8Array): void
  /** After the last one. */
  end(): StoredIndex
}

/** Characters of a revision's id. */
const ID_LENGTH = 64

const ELSEWHERE = () => null

/** Who wrote the register of that name. */
export const ownerIn = (name: string): NodeId => name.slice(0, name.indexOf('/'))

/** Of what a store has among the revisions, those whose names are ids: the clock of edits lies there too. */
export const indexRevisions = (): Indexing => {
  const records = createPackedRecords(0, ELSEWHERE)
  return {
    take: (id, bytes) => {
      if (id.length === ID_LENGTH) records.set(id, itemHashOf(id), bytes)
    },
    end: () => ({ records: records.state(), owners: new Map() }),
  }
}

/** `seed`: see `createPackedRecords`. */
export const indexRegisters = (hash: Hash, seed: number): Indexing => {
  const records = createPackedRecords(seed, ELSEWHERE)
  const owners = new Map<NodeId, number>()
  return {
    take: (name, bytes) => {
      records.set(name, hash(bytes), bytes)
      const owner = ownerIn(name)
      owners.set(owner, (owners.get(owner) ?? 0) + 1)
    },
    end: () => ({ records: records.state(), owners }),
  }
}

/** What is handed over with an index, not copied. */
export const buffersOf = ({ records }: StoredIndex): ArrayBuffer[] => {
  const { chains, next, marks, addresses, hashes, sizes, digests, counts, blocks } = records
  const arrays = [chains, next, marks, addresses, hashes, sizes, digests, counts]
  return [...arrays, ...(blocks?.blocks.flatMap((block) => block?.bytes ?? []) ?? [])].map(
    ({ buffer }) => buffer,
  )
}
