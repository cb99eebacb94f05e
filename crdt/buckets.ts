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
