import type { SchedulerNode } from '../../../node/scheduler/view.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'

/** The one node there is. */
export const NODE = 'a'.repeat(52)

export const ONE_NODE: SchedulerNode = {
  node: NODE,
  name: 'one',
  health: 'alive',
  healthSinceMs: 0,
  draining: false,
  strain: null,
  profile: {
    version: '0',
    name: 'one',
    runtimes: ['docker'],
    guards: ['docker'],
    cpus: 1,
    memoryMb: 1_024,
    stopping: false,
  },
}

/** Of one replica that publishes nothing. */
export const SPEC: ServiceSpec = {
  kind: 'service',
  name: 'web',
  project: 'shop',
  image: 'web@sha256:1',
  command: null,
  environment: {},
  ports: [],
  replicas: 1,
  restart: 'always',
  process: null,
}
