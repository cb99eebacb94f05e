/**
 * Records by name, and how two nodes find what differs between theirs: everything in a few large arrays, since a map of a
 * hundred thousand strings and byte arrays weighs several times as much as what they hold, and every collection of garbage walks it.
 * Where the caller has the records elsewhere, only names, hashes and lengths are kept here.
 *
 * A hash table with chains: a name's chain is the low bits of its hash, so the buckets that nodes compare are made of whole chains.
 */
import { equals, fromString, toString as textOf } from 'uint8arrays'
import { BUCKETS, type BucketIndex, ITEM_HASH_BYTES } from './buckets.ts'
import { createRecordBlocks, type RecordBlocksState } from './record-blocks.ts'

const PLACES_FIRST = 64
const NONE = -1
const NOTHING = new Uint8Array()

export interface PackedRecords {
  /** Names and hashes of what is held. */
  readonly index: BucketIndex
  /** What all records and their names amount to, here and elsewhere. */
  readonly bytes: number
  has(name: string): boolean
  /** Not to be changed, for it may be a view; null where there is none. */
  get(name: string): Uint8Array | null
  /** Copies the record, in place of the one of that name. `hash`: of at least `ITEM_HASH_BYTES`. */
  set(name: string, hash: Uint8Array, bytes?: Uint8Array): void
  delete(name: string): boolean
  /** What is set meanwhile may come or not. */
  names(): IterableIterator<string>
  /** What others may begin with, by `packedRecordsOf`, also in another thread; these are not to be used any more. */
  state(): PackedRecordsState
}

/** All that packed records are made of: numbers and arrays of numbers. */
export interface PackedRecordsState {
  readonly seed: number
  /** By chain the first place in it. */
  readonly chains: Int32Array<ArrayBuffer>
  /** By place: the next one of the chain or of those that are free, the name's hash, where the record lies, the item's hash. */
  readonly next: Int32Array<ArrayBuffer>
  readonly marks: Uint32Array<ArrayBuffer>
  readonly addresses: Float64Array<ArrayBuffer>
  readonly hashes: Uint8Array<ArrayBuffer>
  /** By place, bytes of a record that lies elsewhere, and their sum. */
  readonly sizes: Uint32Array<ArrayBuffer>
  readonly bytesElsewhere: number
  readonly free: number
  /** Places that were ever taken. */
  readonly taken: number
  readonly size: number
  readonly version: number
  /** By bucket. */
  readonly digests: Uint8Array<ArrayBuffer>
  readonly counts: Uint32Array<ArrayBuffer>
  readonly blocks: RecordBlocksState | undefined
}

/** Where the bytes of a record are, once its name is set here; null where they are gone. */
export type Elsewhere = (name: string) => Uint8Array | null

const [FNV_BASIS, FNV_PRIME] = [0x811c9dc5, 0x01000193]

/**
 * FNV-1a, 32 bits (Fowler, Noll, Vo): spreads names over buckets, proves nothing. The low bits, which say the bucket, are the same on
 * all nodes; the others begin with the seed, so that nobody can make up a hundred thousand names for one chain.
 */
export const markOf = (name: Uint8Array, seed: number): number => {
  let bucket = FNV_BASIS
  let rest = FNV_BASIS ^ seed
  for (const byte of name) {
    bucket = Math.imul(bucket ^ byte, FNV_PRIME)
    rest = Math.imul(rest ^ byte, FNV_PRIME)
  }
  return ((rest & -BUCKETS) | (bucket & (BUCKETS - 1))) >>> 0
}

/** The bucket of a name of ASCII letters. */
export const bucketOf = (name: string): number => {
  let hash = FNV_BASIS
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), FNV_PRIME)
  return hash & (BUCKETS - 1)
}

type Numbers =
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>

const grown = <List extends Numbers>(list: List): List => {
  const longer = new (list.constructor as new (length: number) => List)(2 * list.length)
  longer.set(list)
  return longer
}

const nothing = (seed: number): PackedRecordsState => ({
  seed,
  chains: new Int32Array(BUCKETS).fill(NONE),
  next: new Int32Array(PLACES_FIRST),
  marks: new Uint32Array(PLACES_FIRST),
  addresses: new Float64Array(PLACES_FIRST).fill(NONE),
  hashes: new Uint8Array(PLACES_FIRST * ITEM_HASH_BYTES),
  sizes: new Uint32Array(PLACES_FIRST),
  bytesElsewhere: 0,
  free: NONE,
  taken: 0,
  size: 0,
  version: 0,
  digests: new Uint8Array(BUCKETS * ITEM_HASH_BYTES),
  counts: new Uint32Array(BUCKETS),
  blocks: undefined,
})

/** `seed`: a number of 32 bits that others do not know, where they make up the names. */
export const createPackedRecords = (seed = 0, elsewhere: Elsewhere | null = null): PackedRecords =>
  packedRecordsOf(nothing(seed), elsewhere)

/** What others ended with; its records must lie where those of the others did. */
export const packedRecordsOf = (
  state: PackedRecordsState,
  elsewhere: Elsewhere | null = null,
): PackedRecords => {
  const { seed, digests, counts } = state
  let { chains, next, marks, addresses, hashes, sizes, bytesElsewhere, free, taken, size, version } = state
  const blocks = createRecordBlocks(
    {
      addressOf: (place) => addresses[place] as number,
      moved: (place, address) => {
        addresses[place] = address
      },
    },
    state.blocks,
  )

  const chainOf = (mark: number): number => mark & (chains.length - 1)
  const addressAt = (place: number): number => addresses[place] as number
  const hashAt = (place: number): Uint8Array =>
    hashes.subarray(place * ITEM_HASH_BYTES, (place + 1) * ITEM_HASH_BYTES)

  const find = (name: Uint8Array, mark = markOf(name, seed)): number => {
    let place = chains[chainOf(mark)] as number
    while (place !== NONE && (marks[place] !== mark || !equals(blocks.name(addressAt(place)), name)))
      place = next[place] as number
    return place
  }
  const placeOf = (name: string): number => find(fromString(name))

  /** Takes the hash at a place into the digest of its bucket, or out of it. */
  const toggle = (place: number): void => {
    const from = ((marks[place] as number) % BUCKETS) * ITEM_HASH_BYTES
    const hash = hashAt(place)
    for (let at = 0; at < ITEM_HASH_BYTES; at++)
      digests[from + at] = (digests[from + at] as number) ^ (hash[at] as number)
    version++
  }

  const link = (place: number): void => {
    const chain = chainOf(marks[place] as number)
    next[place] = chains[chain] as number
    chains[chain] = place
  }

  const unlink = (place: number): void => {
    const chain = chainOf(marks[place] as number)
    if (chains[chain] === place) {
      chains[chain] = next[place] as number
      return
    }
    let before = chains[chain] as number
    while (next[before] !== place) before = next[before] as number
    next[before] = next[place] as number
  }

  const grow = (): void => {
    const length = next.length
    next = grown(next)
    marks = grown(marks)
    sizes = grown(sizes)
    hashes = grown(hashes)
    addresses = grown(addresses).fill(NONE, length)
    if (next.length <= chains.length) return
    chains = new Int32Array(2 * chains.length).fill(NONE)
    for (let place = 0; place < taken; place++) if (addressAt(place) !== NONE) link(place)
  }

  const take = (mark: number): number => {
    const place = free === NONE ? taken++ : free
    if (place === free) free = next[place] as number
    if (place === next.length) grow()
    marks[place] = mark
    link(place)
    counts[mark % BUCKETS] = (counts[mark % BUCKETS] as number) + 1
    size++
    return place
  }

  const resize = (place: number, bytes: number): void => {
    bytesElsewhere += bytes - (sizes[place] as number)
    sizes[place] = bytes
  }

  const set = (name: string, hash: Uint8Array, bytes: Uint8Array = NOTHING): void => {
    const key = fromString(name)
    const mark = markOf(key, seed)
    const known = find(key, mark)
    const place = known === NONE ? take(mark) : known
    const before = addressAt(place)
    if (before !== NONE) toggle(place)
    hashAt(place).set(hash.subarray(0, ITEM_HASH_BYTES))
    toggle(place)
    if (elsewhere !== null) resize(place, bytes.byteLength)
    addresses[place] = blocks.put(place, key, elsewhere === null ? bytes : NOTHING)
    if (before !== NONE) blocks.drop(before)
  }

  const remove = (name: string): boolean => {
    const place = placeOf(name)
    if (place === NONE) return false
    const bucket = (marks[place] as number) % BUCKETS
    const address = addressAt(place)
    toggle(place)
    unlink(place)
    counts[bucket] = (counts[bucket] as number) - 1
    addresses[place] = NONE
    next[place] = free
    free = place
    size--
    resize(place, 0)
    blocks.drop(address)
    return true
  }

  function* itemsOf(bucket: number): IterableIterator<readonly [string, Uint8Array]> {
    for (let chain = bucket; chain < chains.length; chain += BUCKETS)
      for (let place = chains[chain] as number; place !== NONE; place = next[place] as number)
        yield [textOf(blocks.name(addressAt(place))), hashAt(place).slice()]
  }

  return {
    index: {
      get size() {
        return size
      },
      get version() {
        return version
      },
      set,
      delete: remove,
      get: (name) => {
        const place = placeOf(name)
        return place === NONE ? null : hashAt(place).slice()
      },
      items: (bucket) => ({
        size: counts[bucket] as number,
        has: (name) => {
          const key = fromString(name)
          return markOf(key, seed) % BUCKETS === bucket && find(key) !== NONE
        },
        [Symbol.iterator]: () => itemsOf(bucket),
      }),
      digests: () => digests.slice(),
    },
    get bytes() {
      return blocks.bytes + bytesElsewhere
    },
    has: (name) => placeOf(name) !== NONE,
    get: (name) => {
      const place = placeOf(name)
      if (place === NONE) return null
      return elsewhere === null ? blocks.get(addressAt(place)) : elsewhere(name)
    },
    set,
    delete: remove,
    *names() {
      for (let place = 0; place < taken; place++) {
        const address = addressAt(place)
        if (address !== NONE) yield textOf(blocks.name(address))
      }
    },
    state: () => ({
      ...{ seed, chains, next, marks, addresses, hashes, sizes, bytesElsewhere },
      ...{ free, taken, size, version, digests, counts, blocks: blocks.state() },
    }),
  }
}
