/** Mistakes of whoever leads: what runs where, and who votes. */
import type { Mutant } from '../mutant.ts'

const SLOT_NEED = 'node/scheduler/slot-need.ts'

export const SCHEDULING_MUTANTS: readonly Mutant[] = [
  {
    name: 'leader-plans-before-its-no-op',
    what: 'a new leader schedules from what it has applied so far',
    file: 'node/daemon/leadership.ts',
    find: 'led !== null && decisions.view.appliedIndex >= led.firstIndex',
    replace: 'led !== null',
    caughtBy: ['leaders-know-before-they-plan'],
  },
  {
    name: 'orphaned-at-suspicion',
    what: 'tasks are moved away from a node that is only suspect',
    file: SLOT_NEED,
    find: "if (node.health === 'dead') {",
    replace: "if (node.health === 'dead' || node.health === 'suspect') {",
    caughtBy: ['only-the-dead-are-orphaned'],
  },
  {
    name: 'unknown-orphaned-at-once',
    what: 'tasks are moved away from a node that was not heard from yet',
    file: SLOT_NEED,
    find: 'const untilMs = node.healthSinceMs + UNKNOWN_GRACE_MS',
    replace: 'const untilMs = node.healthSinceMs',
    caughtBy: ['only-the-dead-are-orphaned'],
  },
  {
    name: 'failing-slot-refilled-at-once',
    what: 'a slot whose task ended badly is filled again without a pause',
    file: 'node/scheduler/reconcile.ts',
    find: 'if (resumeMs > view.nowMs) {',
    replace: 'if (resumeMs > view.nowMs + FAILURE_PAUSE_MS_MAX) {',
    caughtBy: ['failing-slots-pause'],
  },
  {
    name: 'failure-counted-again',
    what: 'each look at a failed task counts as another failure',
    file: 'node/scheduler/failure-memory.ts',
    find: "(state !== 'failed' && state !== 'rejected') || counted.has(task)",
    replace: "state !== 'failed' && state !== 'rejected'",
    caughtBy: ['runs-what-is-assigned'],
  },
  {
    name: 'dead-voters-kept',
    what: 'a voter that is silent keeps its seat for ever',
    file: 'node/voters/choose-voters.ts',
    find: '!alive && forMs >= STEADY_MS',
    replace: '!alive && forMs < 0',
    kind: 'whole',
    caughtBy: ['dead-voters-are-replaced'],
  },
  {
    name: 'dead-voters-dropped',
    what: 'a voter that falls silent leaves the voters also where nobody takes its place',
    file: 'node/voters/choose-voters.ts',
    find: 'staying.find((member) => member.node === node)',
    replace: 'staying.find((member) => member.node === node && member.alive)',
    caughtBy: ['voters-never-shrink'],
  },
  {
    name: 'moves-while-most-are-dead',
    what: 'a leader moves the tasks of the dead also where most of the members are silent',
    file: SLOT_NEED,
    find: 'isMajoritySilent: silent * 2 > nodes.length,',
    replace: 'isMajoritySilent: false,',
    faults: ['splitForLong'],
    caughtBy: ['only-the-dead-are-orphaned'],
  },
]
