/** Mistakes about how a leader comes, what it may commit and promote, and how it goes. */
import type { Mutant } from '../mutant.ts'

const ELECTION = 'protocols/consensus/election.ts'
const LEADING = 'protocols/consensus/leading.ts'
const RECONFIGURATION = 'protocols/consensus/reconfiguration.ts'
const SETTLE = 'protocols/consensus/settle.ts'

export const LEADERSHIP_MUTANTS: readonly Mutant[] = [
  {
    name: 'figure-8',
    what: 'a leader commits an entry of an older term because a majority holds it',
    file: SETTLE,
    find: ' && leader.log.termAt(commitIndex) === leader.term) {\n    turn.state = { ...leader, commitIndex }',
    replace: ') {\n    turn.state = { ...leader, commitIndex }',
    kind: 'elections',
    caughtBy: ['leaders-know-committed', 'committed-never-changes'],
  },
  {
    name: 'late-votes-count',
    what: 'a candidate counts votes of an earlier term',
    file: ELECTION,
    find: '  if (term !== (isPreVote && granted ? state.term + 1 : state.term)) return\n',
    replace: '',
    kind: 'elections',
    caughtBy: ['terms-begin-by-agreement', 'one-leader-per-term'],
    hides: 'a vote must be on its way from one campaign of a node to its next',
  },
  {
    name: 'leaver-does-not-campaign',
    what: 'who left the voters by an entry that it alone holds does not campaign any more',
    file: ELECTION,
    find: 'return index > state.commitIndex && before !== undefined && isVoter(before.configuration, state.self)',
    replace: 'return false',
    kind: 'elections',
    caughtBy: ['heals'],
  },
  {
    name: 'no-pre-vote',
    what: 'whoever hears no leader begins a term without asking whether it could win',
    file: ELECTION,
    find: "else if (mayCampaign(state)) campaign(turn, 'preCandidate', false)",
    replace: "else if (mayCampaign(state)) campaign(turn, 'candidate', false)",
    kind: 'log',
    caughtBy: ['terms-begin-by-agreement'],
  },
  {
    name: 'no-check-quorum',
    what: 'a leader that hears nobody goes on telling everybody that it leads',
    file: LEADING,
    find: 'if (!isQuorumActive(configurationOf(state), isActive)) {',
    replace: 'if (state.round < 0 && !isQuorumActive(configurationOf(state), isActive)) {',
    kind: 'log',
    faults: ['killDaemon'],
    caughtBy: ['heals'],
  },
  {
    name: 'learner-promoted-early',
    what: 'a learner votes before it has caught up',
    file: RECONFIGURATION,
    find: 'newcomers.every((node) => hasCaughtUp(leader, node, nowMs))',
    replace: 'newcomers.every((node) => isHeard(leader, node, nowMs))',
    kind: 'log',
    hides: 'a learner must be far behind when its vote is asked for',
    caughtBy: ['voters-catch-up-first'],
  },
  {
    name: 'transfer-to-who-lacks-entries',
    what: 'a leader hands over to a voter that has not caught up',
    file: SETTLE,
    find: '  if (leader.progress.get(transfer.to)?.matchIndex !== log.lastIndex) return\n',
    replace: '',
    kind: 'log',
    faults: ['transfer', 'slowDisk', 'worsen'],
    caughtBy: ['successors-hold-the-log'],
  },
]
