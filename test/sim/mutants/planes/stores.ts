/** What makes a voter a node and its store: the name in the configuration, asked for by who grants and by who counts. */
import type { Mutant } from '../mutant.ts'

const ELECTION = 'protocols/consensus/election.ts'

export const STORE_MUTANTS: readonly Mutant[] = [
  {
    name: 'blank-store-votes',
    what: 'a machine without any entry answers requests for its vote',
    file: ELECTION,
    find: 'if (turn.state.log.lastIndex === 0 || isObserver(turn.state)) return',
    replace: 'if (isObserver(turn.state)) return',
    kind: 'log',
    faults: ['replaceDisk', 'losePowerEverywhere', 'changeVoters'],
    caughtBy: ['blank-stores-grant-no-vote'],
  },
  {
    name: 'copied-store-votes',
    what: 'a voter grants its vote whatever the store on which it rests',
    file: ELECTION,
    find: 'if (turn.state.log.lastIndex === 0 || isObserver(turn.state)) return',
    replace: 'if (turn.state.log.lastIndex === 0) return',
    kind: 'log',
    caughtBy: ['blank-stores-grant-no-vote'],
  },
  {
    name: 'votes-of-any-store-count',
    what: 'a candidate counts the vote of a node, whichever of its stores gave it',
    file: ELECTION,
    find: 'return store === null || ballot?.store === store ? ballot?.granted : undefined',
    replace: 'return store === store ? ballot?.granted : undefined',
    kind: 'log',
    faults: ['replaceDisk', 'changeVoters', 'killDaemon'],
    caughtBy: ['terms-begin-by-agreement', 'one-leader-per-term', 'leaders-know-committed'],
    hides: 'a copy must be older than the entry by which its node became a voter, or it refuses by itself',
  },
  {
    name: 'acknowledgements-of-any-store-count',
    what: 'a leader counts what a node holds, whichever of its stores holds it',
    file: 'protocols/consensus/progress.ts',
    find: 'store === null || progress.store?.id === store',
    replace: 'store === store || progress.store?.id === store',
    kind: 'log',
    faults: ['replaceDisk', 'changeVoters', 'loseLeader'],
    caughtBy: ['minority-commits-nothing', 'leaders-know-committed'],
  },
  {
    name: 'store-without-a-name',
    what: 'the daemon opens consensus on a store whose name it does not pass on',
    file: 'node/daemon/store-failures.ts',
    find: '      ...store.consensus,',
    replace: '      load: () => store.consensus.load(),',
    kind: 'log',
    caughtBy: ['voters-are-named'],
  },
]
