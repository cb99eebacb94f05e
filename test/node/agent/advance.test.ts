import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  type Action,
  type AdvanceEnv,
  advance,
  type DesiredTask,
  type LeaseState,
  type SeenTask,
} from '../../../node/agent/advance.ts'
import type { RestartPolicy } from '../../../protocols/spec/index.ts'
import { isFinal, isForward, type TaskStatus } from '../../../protocols/tasks/index.ts'
import { serviceOf } from './grounds.ts'

const TASK = 'shop.web.0.7'
const assignment = {
  task: TASK,
  object: 'service/shop/web',
  revision: 'a'.repeat(64),
  slot: 0,
  node: 'self',
  token: 7,
  reason: 'the only node',
}
const desiredWith = (restart: RestartPolicy): DesiredTask => ({
  assignment,
  spec: serviceOf(['web'], { restart }),
})
const desired = desiredWith('always')

const told = { task: TASK, token: 7, attempt: 1, quickEnds: 0, sinceMs: 0, problem: null }
const assigned: TaskStatus = { ...told, attempt: 0, state: 'assigned' }
const starting: TaskStatus = { ...told, state: 'starting', runtime: 'docker' }
const running: TaskStatus = { ...told, state: 'running', runtime: 'docker', ports: [], startedAtMs: 5 }
const waiting: TaskStatus = { ...told, state: 'waiting', delayMs: 400 }
const stopping: TaskStatus = { ...told, state: 'stopping' }
const failed: TaskStatus = { ...told, state: 'failed', lastLines: [] }
const problem = { code: 'engineUnreachable', message: 'Docker is silent', next: 'Start it' }

const runs: SeenTask = {
  runtime: 'docker',
  observed: { state: 'running', task: TASK, token: 7, ports: [], startedAtMs: 5 },
}
const exits = (exitCode: number | null): SeenTask => ({
  runtime: 'docker',
  observed: { state: 'exited', task: TASK, token: 7, exitCode, signal: null },
})

const obeyed = { task: TASK, token: 7, runtime: 'docker' as const, ended: null }
const calm: AdvanceEnv = {
  wallMs: 1000,
  inStateMs: 0,
  random: 0.5,
  caughtUp: true,
  obeyed: null,
  choice: { type: 'use', runtime: 'docker' },
  slotTaken: false,
  lease: 'notNeeded',
  wasKilled: false,
}
const silent = { ...calm, choice: { type: 'silent' as const, problem } }
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
  ['that exits is restarted after a delay', desired, running, exits(1), calm, 'report waiting 250 taskEnded'],
  ['waits out the delay', desired, waiting, exits(1), { ...calm, inStateMs: 150 }, 'wait 250'],
  ['then starts its next attempt', desired, waiting, exits(1), { ...calm, inStateMs: 400 }, 'start 2'],
  [
    'waits longer after the third quick end',
    desired,
    { ...running, quickEnds: 2 },
    exits(1),
    calm,
    'report waiting 1000 taskEnded',
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
    'report failed taskEnded',
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

describe('advance: in any situation', () => {
  const statuses = fc.constantFrom<(TaskStatus | null)[]>(
    null,
    assigned,
    starting,
    running,
    waiting,
    stopping,
    failed,
    { ...running, problem },
    { ...stopping, state: 'stopped' },
  )
  const situation = fc.record({
    desired: fc.constantFrom(null, desired, desiredWith('no'), { assignment, spec: null }),
    status: statuses,
    seen: fc.constantFrom(null, runs, exits(0), exits(1), exits(null)),
    env: fc.record({
      wallMs: fc.nat(),
      inStateMs: fc.nat(20_000),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      caughtUp: fc.boolean(),
      obeyed: fc.constantFrom(null, obeyed, { ...obeyed, task: 'shop.web.0.9', token: 9 }),
      choice: fc.constantFrom(null, calm.choice, silent.choice),
      slotTaken: fc.boolean(),
      lease: fc.constantFrom<LeaseState>('notNeeded', 'held', 'absent', 'inherited', 'moving'),
      wasKilled: fc.boolean(),
    }),
  })
  const always = (
    holds: (action: Action, given: typeof situation extends fc.Arbitrary<infer G> ? G : never) => boolean,
  ) =>
    fc.assert(
      fc.property(situation, (given) =>
        holds(advance(given.desired, given.status, given.seen, given.env), given),
      ),
      { numRuns: 2000 },
    )

  it('a status only moves forward', () =>
    always(
      (action, { status }) => action.type !== 'report' || status === null || isForward(status, action.status),
    ))

  it('nothing is started under a stale token', () =>
    always((action, { env }) => action.type !== 'start' || (env.obeyed?.token ?? 0) <= assignment.token))

  it('nothing new is started, and nothing stopped that is not over, before the log is caught up', () =>
    always((action, { status, env }) => {
      if (env.caughtUp) return true
      if (action.type === 'start') return env.obeyed?.task === TASK || status?.state !== 'assigned'
      return (
        action.type !== 'remove' &&
        (action.type !== 'stop' ||
          env.lease === 'moving' ||
          status?.state === 'stopping' ||
          (status !== null && isFinal(status)))
      )
    }))

  it('an exclusive task is started and left running under its lease alone', () =>
    always((action, { env, seen }) => {
      if (env.lease === 'notNeeded' || env.lease === 'held') return true
      if (action.type === 'start') return false
      const running = seen?.observed.state === 'running'
      return (
        env.lease !== 'absent' ||
        env.choice?.type === 'silent' ||
        !running ||
        ['halt', 'stop', 'report'].includes(action.type)
      )
    }))

  it('what is over is never started again', () =>
    always((action, { status }) => action.type !== 'start' || (status !== null && !isFinal(status))))
})
