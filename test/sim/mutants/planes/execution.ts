/** Mistakes of a node that runs what the log gives to it. */
import type { Mutant } from '../mutant.ts'

export const EXECUTION_MUTANTS: readonly Mutant[] = [
  {
    name: 'reassigned-task-runs-on',
    what: 'a node does not stop a task that the log took away from it',
    file: 'node/agent/advance.ts',
    find: "  if (seen?.observed.state === 'running') return STOP\n  if (status?.state === 'stopping')",
    replace: "  if (seen?.observed.state === 'running') return NOTHING\n  if (status?.state === 'stopping')",
    caughtBy: ['runs-what-is-assigned', 'registers-tell-the-present'],
  },
  {
    name: 'slot-begun-before-it-is-free',
    what: 'a node begins the next task of a slot while the one before still runs there',
    file: 'node/agent/advance.ts',
    find: 'if (env.slotTaken || !(env.caughtUp || begunBefore)',
    replace: 'if (!(env.caughtUp || begunBefore)',
    caughtBy: ['a-slot-runs-once-on-a-machine'],
  },
  {
    name: 'fence-forgotten',
    what: 'a node neither waits for the end of the log nor remembers the highest token that it obeyed',
    file: 'node/agent/task-worker.ts',
    find: '      caughtUp: components.caughtUp(),\n      obeyed: kept,\n',
    replace: '      caughtUp: true,\n      obeyed: null,\n',
    caughtBy: ['starts-what-is-assigned', 'tokens-never-fall', 'stops-what-it-lost'],
  },
  {
    name: 'started-before-caught-up',
    what: 'a node starts what it holds to be its own before it knows how far the log goes',
    file: 'node/agent/task-worker.ts',
    find: '      caughtUp: components.caughtUp(),',
    replace: '      caughtUp: true,',
    faults: ['loseAssignees', 'killDaemon'],
    caughtBy: ['starts-what-is-assigned', 'stops-what-it-lost'],
  },
]
