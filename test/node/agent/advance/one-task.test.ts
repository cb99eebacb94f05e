import assert from 'node:assert/strict'
import {
  type Action,
  type AdvanceEnv,
  advance,
  type DesiredTask,
  type SeenTask,
} from '../../../../node/agent/advance.ts'
import type { TaskStatus } from '../../../../protocols/tasks/index.ts'
import {
  assigned,
  assignment,
  calm,
  desired,
  desiredWith,
  exits,
  failed,
  obeyed,
  problem,
  running,
  runs,
  silent,
  starting,
  stopping,
  waiting,
} from './situations.ts'

const leaseless: AdvanceEnv = { ...calm, lease: 'absent' }
const early = { ...calm, caughtUp: false }

/** An action as one line: `report waiting 250`, `start 2`, `stop`. */
const inWords = (action: Action): string => {
  if (action.type === 'report') {
    const { status } = action
    const detail = status.state === 'waiting' ? ` ${status.delayMs}` : ''
    return `report ${status.state}${detail}${status.problem === null ? '' : ` ${status.problem.code}`}`
  }
  if (action.type === 'start') return `start ${action.attempt}`
  return action.type === 'wait' ? `wait ${action.forMs}` : action.type
}

type Row = [
  title: string,
  desired: DesiredTask | null,
  status: TaskStatus | null,
  seen: SeenTask | null,
  env: AdvanceEnv,
  action: string,
]

const rows: Row[] = [
  // A new task.
  ['is told as assigned first', desired, null, null, calm, 'report assigned'],
  ['is started', desired, assigned, null, calm, 'start 1'],
  ['is not started before the log is caught up', desired, assigned, null, early, 'nothing'],
  [
    'is started before that where it had been begun under the same token',
    desired,
    assigned,
    null,
    { ...early, obeyed },
    'start 1',
  ],
  ['waits for its predecessor in the slot', desired, assigned, null, { ...calm, slotTaken: true }, 'nothing'],
  ['waits for its spec', { assignment, spec: null }, assigned, null, { ...calm, choice: null }, 'nothing'],
  [
    'is rejected where no runtime fits',
    desired,
    assigned,
    null,
    { ...calm, choice: { type: 'missing', problem: { ...problem, code: 'runtimeMissing' } } },
    'report rejected runtimeMissing',
  ],
  [
    'is rejected under a token below the one obeyed',
    desired,
    assigned,
    null,
    { ...calm, obeyed: { ...obeyed, task: 'shop.web.0.9', token: 9 } },
    'report rejected tokenStale',
  ],
  [
    'is stopped if it runs under such a token',
    desired,
    { ...failed, state: 'rejected' },
    runs,
    { ...calm, obeyed: { ...obeyed, task: 'shop.web.0.9', token: 9 } },
    'stop',
  ],
  [
    'that ended in an earlier life of the daemon stays ended',
    desired,
    null,
    exits(1),
    { ...calm, obeyed: { ...obeyed, ended: failed } },
    'report failed',
  ],

  // Its lease.
  [
    'that is exclusive waits for its lease',
    desired,
    assigned,
    null,
    leaseless,
    'report assigned leaseMissing',
  ],
  ['is started under it', desired, assigned, null, { ...calm, lease: 'held' }, 'start 1'],
  ['is ended when it lapses', desired, running, runs, leaseless, 'halt'],
  ['then waits', desired, running, exits(143), leaseless, 'report waiting 0 leaseLapsed'],
  ['and is not started again without', desired, { ...waiting, delayMs: 0 }, exits(143), leaseless, 'nothing'],
  ['that runs is not adopted without', desired, assigned, runs, leaseless, 'halt'],
  [
    'that the watchdog guards from before is left alone until then',
    desired,
    assigned,
    runs,
    { ...calm, lease: 'inherited' },
    'nothing',
  ],
  [
    'that nobody desires is ended without, caught up or not',
    null,
    null,
    runs,
    { ...leaseless, caughtUp: false },
    'halt',
  ],
  ['that is moved is stopped', desired, running, runs, { ...calm, lease: 'moving' }, 'stop'],
  [
    'that is moved before it began is over',
    desired,
    assigned,
    null,
    { ...calm, lease: 'moving' },
    'report stopped',
  ],

  [
    'that is moved while it is started again leaves nothing that the engine could still start',
    desired,
    starting,
    exits(1),
    { ...calm, lease: 'moving' },
    'remove',
  ],

  // What the machine shows.
  ['that runs is adopted', desired, assigned, runs, early, 'report running'],
  ['that was started runs', desired, starting, runs, calm, 'report running'],
  ['that runs as told needs nothing', desired, running, runs, calm, 'nothing'],
  [
    'that was restarted by hand is told anew',
    desired,
    running,
    { ...runs, observed: { ...runs.observed, startedAtMs: 6 } as SeenTask['observed'] },
    calm,
    'report running',
  ],
  ['that vanished counts as ended', desired, running, null, calm, 'report waiting 250 taskEnded'],
  ['whose start was cut off is tried again', desired, starting, null, calm, 'report waiting 250 taskEnded'],

  // Restarts in place.
  [
    'that needs more memory than it may have',
    desired,
    running,
    exits(137, true),
    calm,
    'report waiting 250 taskOutOfMemory',
  ],
  [
    'that exits well though a child was killed for memory',
    desiredWith('no'),
    running,
    exits(0, true),
    calm,
    'report completed',
  ],
  ['that exits is restarted after a delay', desired, running, exits(1), calm, 'report waiting 250 taskEnded'],
  ['waits out the delay', desired, waiting, exits(1), { ...calm, inStateMs: 150 }, 'wait 250'],
  ['then starts its next attempt', desired, waiting, exits(1), { ...calm, inStateMs: 400 }, 'start 2'],
  [
    'waits longer after the third quick end',
    desired,
    { ...running, quickEnds: 2 },
    exits(1),
    calm,
    'report waiting 1000 taskCrashLooping',
  ],
  [
    'starts counting anew after a stable run',
    desired,
    { ...running, quickEnds: 6 },
    exits(1),
    { ...calm, inStateMs: 10_000 },
    'report waiting 250 taskEnded',
  ],
  [
    'fails after the eighth quick end',
    desired,
    { ...running, quickEnds: 7 },
    exits(1),
    calm,
    'report failed taskCrashLooping',
  ],
  [
    'names a command that does not exist',
    desired,
    running,
    exits(127),
    calm,
    'report waiting 250 commandNotFound',
  ],
  ['with the policy no is complete at 0', desiredWith('no'), running, exits(0), calm, 'report completed'],
  ['with the policy no fails at 1', desiredWith('no'), running, exits(1), calm, 'report failed taskEnded'],
  ['on-failure is complete at 0', desiredWith('on-failure'), running, exits(0), calm, 'report completed'],
  [
    'on-failure is restarted at 1',
    desiredWith('on-failure'),
    running,
    exits(1),
    calm,
    'report waiting 250 taskEnded',
  ],
  [
    'unless-stopped is restarted at 0',
    desiredWith('unless-stopped'),
    running,
    exits(0),
    calm,
    'report waiting 250 taskEnded',
  ],
  ['that failed is left alone', desired, failed, exits(1), calm, 'nothing'],
  ['that failed and runs all the same is stopped', desired, failed, runs, calm, 'stop'],

  // A silent engine.
  [
    'keeps its state while the engine is silent',
    desired,
    running,
    null,
    silent,
    'report running engineUnreachable',
  ],
  ['says so once', desired, { ...running, problem }, null, silent, 'nothing'],
  [
    'is adopted again when the engine is back',
    desired,
    { ...running, problem },
    runs,
    calm,
    'report running',
  ],
  ['is not stopped through a silent engine', null, running, runs, silent, 'nothing'],

  // Nobody desires it.
  ['is not stopped before the log is caught up', null, null, runs, early, 'nothing'],
  ['is stopped then', null, null, runs, calm, 'stop'],
  ['that stopped is told', null, stopping, exits(0), calm, 'report stopped'],
  ['that stopped is removed', null, { ...stopping, state: 'stopped' }, exits(0), calm, 'remove'],
  ['that is gone is forgotten', null, { ...stopping, state: 'stopped' }, null, calm, 'forget'],
  ['that was never started is forgotten', null, assigned, null, calm, 'forget'],
  ['of which nothing is left needs nothing', null, null, null, calm, 'nothing'],
]

describe('advance: a task', () => {
  for (const [title, wanted, status, seen, env, action] of rows) {
    it(title, () => assert.equal(inWords(advance(wanted, status, seen, env)), action))
  }
})
