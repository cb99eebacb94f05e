/** Where the revisions that decisions keep and those that are held differ, found as two nodes find it: by the digests of buckets. */
import type { DecisionView, RevisionId } from '../protocols/decisions/index.ts'
import { eachInSlices, type Slices } from '../protocols/wire/index.ts'
import { BUCKETS, differingBuckets, ITEM_HASH_BYTES } from './bucket-index.ts'
import type { BucketIndex } from './buckets.ts'
import { bucketOf } from './packed-records.ts'
import { itemHashOf } from './revision-hash.ts'

/** Objects in one slice. */
const SLICE_OBJECTS = 4_096
/** Buckets of ids in one slice. */
const SLICE_BUCKETS = 8

/** Takes an id into the digest of its bucket. */
const toggle = (digests: Uint8Array, id: RevisionId): void => {
  const from = bucketOf(id) * ITEM_HASH_BYTES
  const hash = itemHashOf(id)
  for (let at = 0; at < ITEM_HASH_BYTES; at++)
    digests[from + at] = (digests[from + at] as number) ^ (hash[at] as number)
}

type Objects = DecisionView['objects']

function* eachKept(objects: Objects, take: (id: RevisionId) => void): Slices<void> {
  yield* eachInSlices(objects.values(), SLICE_OBJECTS, ({ history, conflicts, past }) => {
    for (const ids of [history, conflicts, past]) for (const id of ids) take(id)
  })
}

export interface Difference {
  /** Held, and kept by no decision. What comes while they are sought may be left out; what is accepted meanwhile may be in it. */
  readonly unkept: readonly RevisionId[]
  /** Kept, and not held. */
  readonly missing: readonly RevisionId[]
}

/** Nearly all of a hundred thousand are the same: only the ids of buckets that differ are compared one by one. */
export function* keptAndHeld(objects: Objects, held: BucketIndex): Slices<Difference> {
  const digests = new Uint8Array(BUCKETS * ITEM_HASH_BYTES)
  yield* eachKept(objects, (id) => toggle(digests, id))
  const differing = new Set(differingBuckets(digests, held.digests()))
  if (differing.size === 0) return { unkept: [], missing: [] }
  const kept = new Set<RevisionId>()
  yield* eachKept(objects, (id) => {
    if (differing.has(bucketOf(id))) kept.add(id)
  })
  const unkept: RevisionId[] = []
  yield* eachInSlices(differing, SLICE_BUCKETS, (bucket) => {
    for (const [id] of held.items(bucket)) if (!kept.delete(id)) unkept.push(id)
  })
  return { unkept, missing: [...kept] }
}
