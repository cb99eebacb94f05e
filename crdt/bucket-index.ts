/**
 * Names and hashes of what is held, in buckets with a digest each, so that two nodes find what differs by telling each
 * other little. A bucket's digest is the XOR of its hashes: it does not depend on order, and a change costs one step.
 */
/** Enough that a difference in one of 10,000 items lists about 80; few enough that all digests fit into 2 KiB. */
export const BUCKETS = 128

/** Bytes of an item's hash that count; longer hashes are cut. */
export const ITEM_HASH_BYTES = 16

/** The items of one bucket with their hashes. */
export interface BucketItems extends Iterable<readonly [name: string, hash: Uint8Array]> {
  readonly size: number
  has(name: string): boolean
}

export interface BucketIndex {
  readonly size: number
  /** Adds the item, or replaces its hash. */
  set(name: string, hash: Uint8Array): void
  delete(name: string): void
  /** Hash of an item, or null. */
  get(name: string): Uint8Array | null
  /** Items of one bucket. */
  items(bucket: number): BucketItems
  /** The digests of all buckets, one after the other. Equal where the items are. */
  digests(): Uint8Array
  /** Rises with every change. */
  readonly version: number
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo): spreads names over buckets, proves nothing. */
const bucketOf = (name: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % BUCKETS
}

/** A hash as text, a character for each byte: a hundred thousand arrays of 16 bytes would weigh ten times as much. */
const pack = (hash: Uint8Array): string => String.fromCharCode(...hash.subarray(0, ITEM_HASH_BYTES))
const unpack = (packed: string): Uint8Array => Uint8Array.from(packed, (character) => character.charCodeAt(0))

export const createBucketIndex = (): BucketIndex => {
  const buckets = Array.from({ length: BUCKETS }, () => new Map<string, string>())
  const itemsOf = (bucket: number) => buckets[bucket] as Map<string, string>
  const digests = new Uint8Array(BUCKETS * ITEM_HASH_BYTES)
  let size = 0
  let version = 0

  /** Takes a hash into the digest of its bucket, or out of it. */
  const toggle = (bucket: number, hash: string) => {
    const from = bucket * ITEM_HASH_BYTES
    for (let at = 0; at < ITEM_HASH_BYTES; at++)
      digests[from + at] = (digests[from + at] as number) ^ hash.charCodeAt(at)
    version++
  }
  const remove = (name: string) => {
    const bucket = bucketOf(name)
    const hash = itemsOf(bucket).get(name)
    if (hash === undefined) return
    toggle(bucket, hash)
    itemsOf(bucket).delete(name)
    size--
  }
  return {
    get size() {
      return size
    },
    get version() {
      return version
    },
    set: (name, hash) => {
      remove(name)
      const bucket = bucketOf(name)
      const cut = pack(hash)
      toggle(bucket, cut)
      itemsOf(bucket).set(name, cut)
      size++
    },
    delete: remove,
    get: (name) => {
      const hash = itemsOf(bucketOf(name)).get(name)
      return hash === undefined ? null : unpack(hash)
    },
    items: (bucket) => {
      const held = itemsOf(bucket)
      return {
        size: held.size,
        has: (name) => held.has(name),
        *[Symbol.iterator]() {
          for (const [name, hash] of held) yield [name, unpack(hash)] as const
        },
      }
    },
    digests: () => digests.slice(),
  }
}

/** The buckets in which two strings of digests differ. */
export const differingBuckets = (ours: Uint8Array, theirs: Uint8Array): number[] => {
  const differing: number[] = []
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const end = (bucket + 1) * ITEM_HASH_BYTES
    let at = end - ITEM_HASH_BYTES
    while (at < end && ours[at] === theirs[at]) at++
    if (at < end) differing.push(bucket)
  }
  return differing
}
