/**
 * Seeds whose run comes upon what was once a bug. A seed replays the same run only as long as the code draws the same
 * numbers; the stories of consensus tell the same for good.
 */
export const KEPT_SEEDS: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 2674, found: 'a leaver alone had the entry by which it left, and did not campaign' },
  { seed: 2767, found: 'the same, with another number of nodes' },
]
