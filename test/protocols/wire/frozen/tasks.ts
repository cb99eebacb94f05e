import { conditionCodec, nodeProfileCodec, taskStatusCodec } from '../../../../node/daemon/observed.ts'
import { logBatchCodec, logsRequestCodec } from '../../../../protocols/tasks/index.ts'
import { type Kinds, kind } from './kind.ts'

const told = {
  task: 'shop.web.0.12',
  token: 12,
  attempt: 1,
  quickEnds: 0,
  sinceMs: 1_700_000_000_004,
  problem: null,
}
const problem = { code: 'imageMissing', message: 'no such image', next: 'Push it' }
const port = { target: 80, host: '192.0.2.7', port: 32_768, protocol: 'tcp' as const }

const status = kind(taskStatusCodec, {
  assigned: { ...told, state: 'assigned' },
  preparing: { ...told, state: 'preparing', runtime: 'docker' },
  starting: { ...told, state: 'starting', runtime: 'process' },
  running: { ...told, state: 'running', runtime: 'docker', ports: [port], startedAtMs: 1_700_000_000_005 },
  'running and healthy': {
    ...told,
    state: 'running',
    runtime: 'docker',
    ports: [],
    startedAtMs: 1_700_000_000_005,
    health: 'healthy',
  },
  'preparing with a pull': {
    ...told,
    state: 'preparing',
    runtime: 'docker',
    pull: { doneBytes: 1_000, totalBytes: 5_000 },
  },
  waiting: { ...told, state: 'waiting', delayMs: 2_000, problem },
  stopping: { ...told, state: 'stopping' },
  stopped: { ...told, state: 'stopped' },
  completed: { ...told, state: 'completed' },
  failed: { ...told, state: 'failed', lastLines: ['Segmentation fault'] },
  rejected: { ...told, state: 'rejected', lastLines: [], problem },
})

export const LOGS: Kinds = [
  kind(logsRequestCodec, {
    'logs request': { task: 'shop.web.0.12', tail: 100, follow: true },
    'logs request for some': {
      task: 'shop.web.0.12',
      tail: 100,
      follow: true,
      sinceMs: 1_700_000_000_000,
      untilMs: 1_700_000_000_009,
      grep: 'refused',
    },
    'logs request for all': { task: 'shop.web.0.12', tail: null, follow: false },
  }),
  kind(logBatchCodec, {
    'log batch': [{ atMs: 1_700_000_000_006, stream: 'stderr', text: 'hello \u20ac' }],
  }),
]

/** Values of registers. */
export const STATUSES: Kinds = [
  status,
  kind(conditionCodec, {
    condition: { load: 75, onBattery: true, celsius: 60, hot: false, metered: false },
    'condition without sensors': { load: 0, onBattery: null, celsius: null, hot: false, metered: true },
  }),
  kind(nodeProfileCodec, {
    'node profile': {
      name: 'kitchen',
      version: '0.1.0',
      runtimes: ['docker', 'process'],
      cpus: 4,
      memoryMb: 8_192,
      stopping: false,
    },
    'node profile with a range': {
      name: 'kitchen',
      version: '0.1.0',
      runtimes: [],
      cpus: 4,
      memoryMb: 8_192,
      stopping: false,
      meshVersions: { least: 1, most: 2 },
      halted: true,
    },
  }),
]
