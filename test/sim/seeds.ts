import type { SimulationKind } from '../../node/simulation/index.ts'

/**
 * Seeds whose run came upon what was once a bug. A seed replays the same run only as long as the code draws the same numbers;
 * a test beside the owner tells the same for good.
 */
export const KEPT_SEEDS: readonly {
  readonly seed: number
  /** As the seed draws it, where there is none. */
  readonly kind?: SimulationKind
  readonly found: string
}[] = [
  {
    seed: 1,
    found:
      'a lone voter served followers what was not yet on its own disk; later, a lone founder that was killed did not start again',
  },
  { seed: 29, found: 'a daemon lived on, and the mesh with it, over a store that took no more writes' },
  { seed: 213, found: 'a revision that keeps a head which is gone was pending for ever' },
  {
    seed: 60,
    kind: 'recovery',
    found: 'what was said of a task was not said again when the task came back with another generation',
  },
  { seed: 2_001_617, found: 'a leader that handed over planned the same again and again, without a breath' },
  {
    seed: 5_003_152,
    found:
      'an edge node that alone could lead had its pre-vote refused for an old term, and waited three time-outs to ask again',
  },
  {
    seed: 6_004_359,
    found:
      'the simulated watchdog was late by as long as its machine had slept for a lease that lapsed only after the machine woke',
  },
  {
    seed: 9_005_017,
    found:
      'messages of a leader that was gone were late by seconds, also after all faults had ended, and kept its voters waiting',
  },
  {
    seed: 5_003_954,
    found: 'a checker took a dead member that had just been removed to be one of the silent',
  },
  {
    seed: 20_039_955,
    found:
      'an exclusive task that was moved while it was started again said that it is over, and the engine still carried out that start',
  },
  {
    seed: 20_028_250,
    found:
      'a revision that keeps a head, and settles a conflict that was trimmed meanwhile, was pending for ever',
  },
]
