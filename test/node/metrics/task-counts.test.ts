import { deepEqual, equal } from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { COUNT_MS_MAX, SCRAPED_MS, SLICE_REST_MS, SLICE_TASKS } from '../../../node/metrics/limits.ts'
import { createTaskCounts } from '../../../node/metrics/task-counts.ts'
import type { Assignment, TaskId } from '../../../protocols/decisions/index.ts'
import type { TaskState } from '../../../protocols/tasks/index.ts'
import { createHandClock } from '../../support/hand-clock.ts'

const SELF = 'self'

const assignment = (task: TaskId, node = SELF): Assignment => ({
  task,
  object: 'service/p/s',
  revision: 'r',
  slot: 0,
  node,
  token: 1,
  reason: '',
})

describe('tasks by state', () => {
  const counted = () => {
    const clock = createHandClock()
    const tasks = new Map<TaskId, Assignment>()
    const states = new Map<TaskId, TaskState>()
    let looks = 0
    let listener: ((tasks: readonly TaskId[] | null) => void) | null = null
    const counts = createTaskCounts({
      self: SELF,
      clock,
      tasks: () => tasks,
      stateOf: ({ task }) => {
        looks += 1
        return states.get(task) ?? 'assigned'
      },
      onChange: (added) => {
        listener = added
        return () => {
          listener = null
        }
      },
    })
    /** Time goes on, until what was asked for is there. */
    const goOn = async <Value>(asked: Promise<Value>): Promise<Value> => {
      let isThere = false
      void asked.finally(() => {
        isThere = true
      })
      for (let turn = 0; !isThere && turn < 1_000; turn++) {
        await setImmediate()
        if (!isThere) clock.pass(SLICE_REST_MS)
      }
      return await asked
    }
    return {
      clock,
      read: counts.read,
      readSoon: counts.readSoon,
      goOn,
      looks: () => looks,
      isListening: () => listener !== null,
      tell: (named: readonly TaskId[] | null) => listener?.(named),
      put: (task: TaskId, state: TaskState, node = SELF) => {
        tasks.set(task, assignment(task, node))
        states.set(task, state)
      },
      drop: (task: TaskId) => tasks.delete(task),
    }
  }

  it('are counted when somebody asks, and nothing is listened to before', async () => {
    const { put, read, isListening, looks } = counted()
    put('a', 'running')
    put('b', 'running', 'other')
    put('c', 'failed')
    equal(isListening(), false)
    equal(looks(), 0)
    const { byState, active } = await read()
    deepEqual([byState.running, byState.failed, byState.assigned, active], [2, 1, 0, 1])
  })

  it('follow what is said of each, and look at nothing else', async () => {
    const { put, drop, read, tell, looks } = counted()
    for (const task of ['a', 'b', 'c', 'd']) put(task, 'starting')
    await read()
    equal(looks(), 4)
    put('a', 'running')
    drop('b')
    put('e', 'preparing')
    tell(['a', 'b', 'e'])
    tell(['a', 'unheard of'])
    const { byState, active } = await read()
    deepEqual([byState.starting, byState.running, byState.preparing, active], [2, 1, 1, 1])
    equal(looks(), 6)
    await read()
    equal(looks(), 6)
  })

  it('are counted anew where another log took the place of all', async () => {
    const { put, drop, read, tell } = counted()
    put('a', 'running')
    await read()
    drop('a')
    put('b', 'failed')
    tell(null)
    const { byState, active } = await read()
    deepEqual([byState.running, byState.failed, active], [0, 1, 0])
  })

  it('are looked at some at a turn, also for several who ask at once', async () => {
    const { goOn, put, read, looks } = counted()
    for (let at = 0; at < 4 * SLICE_TASKS; at++) put(`t${at}`, 'running')
    const reading = Promise.all([read(), read()])
    equal(looks(), SLICE_TASKS)
    const [one, other] = await goOn(reading)
    equal(one.byState.running, 4 * SLICE_TASKS)
    deepEqual(other, one)
    equal(looks(), 4 * SLICE_TASKS)
  })

  it('are counted rightly where something is said of them meanwhile', async () => {
    const { goOn, put, drop, read, tell } = counted()
    for (let at = 0; at < 3 * SLICE_TASKS; at++) put(`t${at}`, 'starting')
    const reading = read()
    put('t0', 'running')
    put(`t${3 * SLICE_TASKS - 1}`, 'running')
    drop('t1')
    put('new', 'failed')
    tell(['t0', `t${3 * SLICE_TASKS - 1}`, 't1', 'new'])
    const { byState, active } = await goOn(reading)
    deepEqual([byState.starting, byState.running, byState.failed, active], [3 * SLICE_TASKS - 3, 2, 1, 2])
  })

  it('are not waited for by who is in a hurry, and counted on for the next', async () => {
    const { clock, goOn, put, readSoon } = counted()
    for (let at = 0; at < 3 * SLICE_TASKS; at++) put(`t${at}`, 'running')
    const reading = readSoon()
    clock.pass(COUNT_MS_MAX)
    equal(await reading, null)
    equal((await goOn(readSoon()))?.byState.running, 3 * SLICE_TASKS)
  })

  it('are forgotten when nobody has asked for long, and counted again when somebody does', async () => {
    const { clock, put, read, tell, isListening } = counted()
    put('a', 'running')
    await read()
    clock.pass(SCRAPED_MS)
    equal(isListening(), true)
    tell(['a'])
    equal(isListening(), false)
    put('a', 'completed')
    const { byState } = await read()
    deepEqual([byState.running, byState.completed], [0, 1])
  })
})
