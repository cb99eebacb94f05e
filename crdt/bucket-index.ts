import { BUCKETS, type BucketIndex, ITEM_HASH_BYTES } from './buckets.ts'
import { createPackedRecords } from './packed-records.ts'

export { BUCKETS, type BucketIndex, type BucketItems, ITEM_HASH_BYTES } from './buckets.ts'

/** Of names without records. */
export const createBucketIndex = (): BucketIndex => createPackedRecords().index

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
