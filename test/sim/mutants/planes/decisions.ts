/** Mistakes about what a committed entry does, and about what may be proposed. */
import type { Mutant } from '../mutant.ts'

export const DECISIONS_MUTANTS: readonly Mutant[] = [
  {
    name: 'committed-told-twice',
    what: 'entries whose commit index is not on disk yet are given to the decisions once more',
    file: 'protocols/consensus/turn.ts',
    find: 'toldIndex: state.commitIndex,',
    replace: 'toldIndex: state.storedCommitIndex,',
    caughtBy: ['committed-never-changes'],
  },
  {
    name: 'removed-node-readmitted',
    what: 'an identity that was removed comes back',
    file: 'protocols/decisions/nodes.ts',
    find: 'if (removed.has(node)) return refuse(',
    replace: 'if (removed.has(node) && members.has(node)) return refuse(',
    caughtBy: ['removed-never-return'],
  },
  {
    name: 'head-by-arrival',
    what: 'of two concurrent revisions the one that was accepted last is the head',
    file: 'protocols/decisions/heads.ts',
    find: 'if (!succeeds && !isLater(hlc, present.hlc)) {',
    replace: 'if (!succeeds && removed && !isLater(hlc, present.hlc)) {',
    caughtBy: ['heads-by-clock'],
  },
  {
    name: 'clock-not-clamped',
    what: 'a leader accepts a revision at whatever time its author said',
    file: 'node/acceptance/index.ts',
    find: 'acceptanceOf(clamp(revision))',
    replace: 'acceptanceOf(revision)',
    caughtBy: ['accepted-clocks-are-clamped'],
  },
]
