/** Seeds that once broke an invariant, with what it was. They stay for good. */
export const KEPT_SEEDS: readonly { readonly seed: number; readonly found: string }[] = [
  {
    seed: 1450,
    found: 'a leader that was leaving alone held the entry by which it left, and did not campaign',
  },
  { seed: 3894, found: 'the same, with five nodes' },
]
