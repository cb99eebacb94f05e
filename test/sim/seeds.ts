/** Seeds that once broke an invariant, with what it was; the stories of consensus tell the same for good. */
export const KEPT_SEEDS: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 1450, found: 'a leaver alone had the entry by which it left, and did not campaign' },
  { seed: 2613, found: 'the same, after a change in how time-outs are drawn' },
  { seed: 3894, found: 'the same, with five nodes' },
]
