/** Mistakes about what stands for the beginning of a log. */
import type { Mutant } from '../mutant.ts'

const COMPACTION = 'protocols/consensus/compaction.ts'

export const SNAPSHOT_MUTANTS: readonly Mutant[] = [
  {
    name: 'stale-snapshot-installed',
    what: 'a follower installs a snapshot that is older than what it has committed',
    file: COMPACTION,
    find: 'const isNeeded = piece.index > state.commitIndex',
    replace: 'const isNeeded = piece.index > 0',
    kind: 'log',
    caughtBy: ['only-disks-fail'],
  },
  {
    name: 'snapshot-without-its-configuration',
    what: 'who installs a snapshot keeps the voters that it knew before',
    file: COMPACTION,
    find: 'configurations: [{ index, configuration }, ...later]',
    replace: 'configurations: [...state.configurations.filter((placed) => placed.index <= index), ...later]',
    kind: 'log',
    caughtBy: ['terms-begin-by-agreement', 'minority-commits-nothing', 'blank-stores-grant-no-vote', 'heals'],
  },
]
