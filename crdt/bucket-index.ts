/**
 * Names and hashes of what is held, in buckets with a digest each, so that two nodes find what differs by telling each
 * other little. A bucket's digest is the XOR of its hashes: it does not depend on order, and a change costs one step.
 */
import { alloc, concat, xor } from 'uint8arrays'

/** Enough that a difference in one of 10,000 items lists about 80; few enough that all digests fit into 2 KiB. */
export const BUCKETS = 128

/** Bytes of an item's hash that count; longer hashes are cut. */
export const ITEM_HASH_BYTES = 16

export interface BucketIndex {
  readonly size: number
  /** Adds the item, or replaces its hash. */
  set(name: string, hash: Uint8Array): void
  delete(name: string): void
  /** Hash of an item, or null. */
  get(name: string): Uint8Array | null
  /** Items of one bucket. */
  items(bucket: number): ReadonlyMap<string, Uint8Array>
  /** The digests of all buckets, one after the other. Equal where the items are. */
  digests(): Uint8Array
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo): spreads names over buckets, proves nothing. */
const bucketOf = (name: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % BUCKETS
}

export const createBucketIndex = (): BucketIndex => {
  const buckets = Array.from({ length: BUCKETS }, () => ({
    items: new Map<string, Uint8Array>(),
    digest: alloc(ITEM_HASH_BYTES),
  }))
  const at = (bucket: number) => buckets[bucket] as (typeof buckets)[number]
  let size = 0

  const remove = (name: string) => {
    const bucket = at(bucketOf(name))
    const hash = bucket.items.get(name)
    if (hash === undefined) return
    bucket.digest = xor(bucket.digest, hash)
    bucket.items.delete(name)
    size--
  }
  return {
    get size() {
      return size
    },
    set: (name, hash) => {
      remove(name)
      const bucket = at(bucketOf(name))
      const cut = hash.slice(0, ITEM_HASH_BYTES)
      bucket.digest = xor(bucket.digest, cut)
      bucket.items.set(name, cut)
      size++
    },
    delete: remove,
    get: (name) => at(bucketOf(name)).items.get(name) ?? null,
    items: (bucket) => at(bucket).items,
    digests: () => concat(buckets.map(({ digest }) => digest)),
  }
}

/** The buckets in which two strings of digests differ. */
export const differingBuckets = (ours: Uint8Array, theirs: Uint8Array): number[] =>
  Array.from({ length: BUCKETS }, (_, bucket) => bucket).filter((bucket) => {
    const from = bucket * ITEM_HASH_BYTES
    const part = (digests: Uint8Array) => digests.subarray(from, from + ITEM_HASH_BYTES)
    return part(ours).some((byte, at) => byte !== part(theirs)[at])
  })
