import type { Mutant } from '../mutant.ts'

const GRANTING = 'protocols/leases/granting.ts'

export const LEASES_MUTANTS: readonly Mutant[] = [
  {
    name: 'new-leader-does-not-wait',
    what: 'a new leader moves exclusive tasks before the leases of its predecessor have lapsed',
    file: GRANTING,
    find: 'quietUntilMs: nowMs + LAPSE_MS',
    replace: 'quietUntilMs: nowMs',
    kind: 'leases',
    caughtBy: ['exclusive-never-overlaps'],
  },
  {
    name: 'lease-counted-from-the-reply',
    what: 'a holder counts its lease from the answer, however late that came',
    file: 'protocols/leases/holding.ts',
    find: 'const untilMs = atMs + LEASE_MS',
    replace: 'const untilMs = nowMs + LEASE_MS',
    kind: 'leases',
    faults: ['lateAnswers'],
    caughtBy: ['exclusive-never-overlaps'],
  },
  {
    name: 'exclusive-started-without-a-lease',
    what: 'the agent runs exclusive tasks like all others',
    file: 'node/agent/task-worker.ts',
    find: '(desired?.spec ?? obeyed.ofTask(task))?.exclusive ?? false',
    replace: 'false',
    faults: ['split'],
    caughtBy: ['exclusive-never-overlaps'],
  },
]
