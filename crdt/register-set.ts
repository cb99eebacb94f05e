import type { NodeId } from '../protocols/wire/index.ts'
import type { BucketIndex } from './buckets.ts'
import { createPackedRecords, type Elsewhere, packedRecordsOf } from './packed-records.ts'
import { createRecent } from './recent.ts'
import { keptRegister, type Register, registerName, succeeds } from './register.ts'
import type { Hash } from './signed.ts'
import { ownerIn, type StoredIndex } from './stored-index.ts'

/** Registers of one owner: one for each of 100,000 tasks, were they all its own, and for those before them that still leave. */
const REGISTERS_OF_NODE_MAX = 200_000

const NOTHING = new Uint8Array()

/** The registers that a node holds. Merging is commutative, associative and idempotent. */
export interface RegisterSet {
  readonly index: BucketIndex
  /** By `registerName`; made anew for each who asks. */
  get(name: string): Register | null
  /** As it is stored and sent; a view, not to be changed. */
  bytesOf(name: string): Uint8Array | null
  /** Who has any. */
  owners(): Iterable<NodeId>
  /**
   * All whose keys begin with `prefix`; read when somebody looks into one, so that to walk along the names costs little. One
   * that is forgotten meanwhile says nothing.
   */
  entries(prefix: string): IterableIterator<Register>
  /** True when `register` would take a place here and its owner has room, so that only such a one need be verified. */
  wants(register: Register): boolean
  /** Takes over a verified register where it succeeds the present one; true when it did. */
  merge(register: Register): boolean
  /** Takes over a record of this node's own store, which was verified when it was written. */
  restore(name: string, bytes: Uint8Array): void
  /** Takes over what was indexed of this node's own store, in place of all that is here. */
  restoreAll(index: StoredIndex): void
  /** Forgets one for good: the caller knows that it will not be wanted again. */
  forget(register: Pick<Register, 'node' | 'key'>): void
}

export interface RegisterSetInit {
  /** See `createPackedRecords`. */
  readonly seed?: number
  /** Registers of one owner. */
  readonly ofNodeMax?: number
  /** Where registers are once they came in here, by name; absent where they shall be kept in memory. */
  readonly stored?: Elsewhere
}

export const createRegisterSet = (
  hash: Hash,
  { seed = 0, ofNodeMax = REGISTERS_OF_NODE_MAX, stored }: RegisterSetInit = {},
): RegisterSet => {
  let records = createPackedRecords(seed, stored)
  const recent = createRecent<Register>()
  let counts = new Map<NodeId, number>()

  const count = (node: NodeId, by: 1 | -1) => {
    const after = (counts.get(node) ?? 0) + by
    if (after === 0) counts.delete(node)
    else counts.set(node, after)
  }
  const get = (name: string): Register | null => {
    const known = recent.get(name)
    if (known !== undefined) return known
    const bytes = records.get(name)
    if (bytes === null) return null
    // A copy, for a view would keep the whole block that it lies in for as long as it is remembered.
    const kept = bytes.slice()
    const register = keptRegister(name, () => kept)
    recent.set(name, register)
    return register
  }
  const wants = (register: Register): boolean => {
    const present = get(registerName(register))
    return present === null ? (counts.get(register.node) ?? 0) < ofNodeMax : succeeds(register, present)
  }
  const restore = (name: string, bytes: Uint8Array): void => {
    const before = records.index.size
    records.set(name, hash(bytes), bytes)
    if (records.index.size > before) count(ownerIn(name), 1)
  }
  return {
    get index() {
      return records.index
    },
    wants,
    get,
    bytesOf: (name) => records.get(name),
    owners: () => counts.keys(),
    *entries(prefix) {
      for (const name of records.names())
        if (name.startsWith(prefix, name.indexOf('/') + 1))
          yield keptRegister(name, () => records.get(name) ?? NOTHING)
    },
    merge: (register) => {
      if (!wants(register)) return false
      const name = registerName(register)
      restore(name, register.bytes)
      recent.set(name, register)
      return true
    },
    restore,
    restoreAll: (index) => {
      records = packedRecordsOf(index.records, stored)
      counts = new Map(index.owners)
    },
    forget: ({ node, key }) => {
      const name = registerName({ node, key })
      if (records.delete(name)) count(node, -1)
      recent.delete(name)
    },
  }
}
