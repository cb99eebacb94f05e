/** What an agent may find of one task: what it was told, what it wrote down, what the machine shows, and what holds around it. */
import type { AdvanceEnv, DesiredTask, SeenTask } from '../../../../node/agent/advance.ts'
import type { RestartPolicy } from '../../../../protocols/spec/index.ts'
import type { TaskStatus } from '../../../../protocols/tasks/index.ts'
import { serviceOf } from '../grounds.ts'

export const TASK = 'shop.web.0.7'
export const assignment = {
  task: TASK,
  object: 'service/shop/web',
  revision: 'a'.repeat(64),
  slot: 0,
  node: 'self',
  token: 7,
  reason: 'the only node',
}
export const desiredWith = (restart: RestartPolicy): DesiredTask => ({
  assignment,
  spec: serviceOf(['web'], { restart }),
})
export const desired = desiredWith('always')

const told = { task: TASK, token: 7, attempt: 1, quickEnds: 0, sinceMs: 0, problem: null }
export const assigned = { ...told, attempt: 0, state: 'assigned' } satisfies TaskStatus
export const starting = { ...told, state: 'starting', runtime: 'docker' } satisfies TaskStatus
export const running = {
  ...told,
  state: 'running',
  runtime: 'docker',
  ports: [],
  startedAtMs: 5,
} satisfies TaskStatus
export const waiting = { ...told, state: 'waiting', delayMs: 400 } satisfies TaskStatus
export const stopping = { ...told, state: 'stopping' } satisfies TaskStatus
export const failed = { ...told, state: 'failed', lastLines: [] } satisfies TaskStatus
export const problem = { code: 'engineUnreachable', message: 'Docker is silent', next: 'Start it' }

export const runs: SeenTask = {
  runtime: 'docker',
  observed: { state: 'running', task: TASK, token: 7, ports: [], startedAtMs: 5 },
}
export const exits = (exitCode: number | null, isOutOfMemory = false): SeenTask => ({
  runtime: 'docker',
  observed: { state: 'exited', task: TASK, token: 7, exitCode, signal: null, isOutOfMemory },
})

export const obeyed = { task: TASK, token: 7, runtime: 'docker' as const, ended: null }
export const calm: AdvanceEnv = {
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
export const silent = { ...calm, choice: { type: 'silent' as const, problem } }
