import fc from 'fast-check'
import { type Action, advance, type LeaseState } from '../../../../node/agent/advance.ts'
import { isFinal, isForward, type TaskStatus } from '../../../../protocols/tasks/index.ts'
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
  TASK,
  waiting,
} from './situations.ts'

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
        (action.type !== 'remove' || env.lease === 'moving') &&
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
