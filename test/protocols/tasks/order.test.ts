import assert from 'node:assert/strict'
import { isForward, type TaskStatus } from '../../../protocols/tasks/index.ts'

const told = { task: 'shop.web.0.7', token: 7, quickEnds: 0, sinceMs: 0, problem: null }
const running = (attempt: number): TaskStatus => ({
  ...told,
  attempt,
  state: 'running',
  runtime: 'process',
  ports: [],
  startedAtMs: 0,
})
const starting = (attempt: number): TaskStatus => ({
  ...told,
  attempt,
  state: 'starting',
  runtime: 'process',
})
const stopping: TaskStatus = { ...told, attempt: 1, state: 'stopping' }
const failed: TaskStatus = { ...told, attempt: 1, state: 'failed', lastLines: [] }

describe('tasks: the order of states', () => {
  const rows: [title: string, present: TaskStatus, next: TaskStatus, forward: boolean][] = [
    ['starting leads to running', starting(1), running(1), true],
    ['running never leads back to starting', running(1), starting(1), false],
    ['a restart in place is the next attempt', running(1), starting(2), true],
    ['an earlier attempt is over', running(2), running(1), false],
    ['the same state may be told anew', running(1), running(1), true],
    ['a final state stays', failed, starting(2), false],
    ['any state may fail', starting(1), failed, true],
    ['what is being stopped does not run again', stopping, running(2), false],
    ['another token is another task', running(1), { ...running(1), token: 8 }, false],
  ]
  for (const [title, present, next, forward] of rows) {
    it(title, () => assert.equal(isForward(present, next), forward))
  }
})
