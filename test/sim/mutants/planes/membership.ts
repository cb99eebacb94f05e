/** Mistakes about who is alive. */
import type { Mutant } from '../mutant.ts'

export const MEMBERSHIP_MUTANTS: readonly Mutant[] = [
  {
    name: 'refutation-ignored',
    what: 'who hears that it is suspect or dead says nothing to it',
    file: 'protocols/membership/news.ts',
    find: '  raiseIncarnation(turn, news.incarnation)',
    replace: '  if (news.incarnation > incarnation) raiseIncarnation(turn, news.incarnation)',
    caughtBy: ['living-are-alive'],
  },
  {
    name: 'suspicion-never-ends',
    what: 'a suspicion that nobody refutes does not end in death',
    file: 'protocols/membership/suspicion.ts',
    find: "} else if (accept(turn, newsAs(suspect, 'dead'))) passOn(turn, node)",
    replace: '} else renewSuspicion(turn, node)',
    caughtBy: ['dead-are-known'],
  },
  {
    name: 'incarnation-not-read',
    what: 'a node begins each life with its first incarnation',
    file: 'node/membership/membership-service.ts',
    find: 'const incarnation = (await loadIncarnation(records)) + 1',
    replace: 'const incarnation = ((await loadIncarnation(records)) && 0) + 1',
    caughtBy: ['incarnations-never-fall'],
  },
  {
    name: 'dead-never-probed-again',
    what: 'nobody asks the dead whether they are back, where no connection tells',
    file: 'protocols/membership/probing.ts',
    find: '  reachOut(turn)\n',
    replace: '',
    faults: ['split', 'splitForLong', 'worsen'],
    caughtBy: ['living-are-alive'],
  },
]
