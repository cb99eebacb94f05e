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
    name: 'removed-node-stays-member',
    what: 'a node that was removed stays among the members',
    file: 'protocols/decisions/nodes.ts',
    find: 'if (!members.delete(node))',
    replace: 'if (!members.has(node))',
    caughtBy: ['removed-never-return'],
  },
  {
    name: 'version-raised-by-most',
    what: 'a leader raises the mesh version though a member told that it does not support it',
    file: 'node/versions/version-keeper.ts',
    find: 'return ranges.includes(null) ? null : (ranges as VersionRange[])',
    replace: 'return (ranges as VersionRange[]).filter((range) => range?.most > 1)',
    kind: 'upgrade',
    caughtBy: ['version-rises-when-all-can'],
  },
  {
    name: 'unknown-entry-skipped',
    what: 'a node that is too old passes over what it does not understand',
    file: 'node/decisions/decision-service.ts',
    find: 'if (needed > supported.most)',
    replace: 'if (needed > supported.most) return decisions.skip(entry.index)\n    if (false)',
    kind: 'upgrade',
    caughtBy: ['too-old-follows-no-further'],
  },
  {
    name: 'head-by-arrival',
    what: 'of two concurrent revisions the one that was accepted last is the head',
    file: 'protocols/decisions/heads.ts',
    find: 'if (!succeeds && !isLater(hlc, present.hlc)) {',
    replace: 'if (!succeeds && removed && !isLater(hlc, present.hlc)) {',
    faults: ['splitForLong', 'drift'],
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
