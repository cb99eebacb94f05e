/** What the leader sees, as a test tells it: one service, `shop/web`, on nodes that run processes. */
import {
  type LeaseView,
  reconcile,
  type SchedulerNode,
  type SchedulerService,
  type SchedulerView,
} from '../../../../node/scheduler/index.ts'
import type { Assignment } from '../../../../protocols/decisions/index.ts'
import type { NodeProfile, ServiceSpec } from '../../../../protocols/spec/index.ts'
import type { TaskState, TaskStatus } from '../../../../protocols/tasks/index.ts'
import { standingOf } from '../standing-of.ts'

export const WEB = 'service/shop/web'
export const HEAD = 'a'.repeat(64)
export const OLDER = 'b'.repeat(64)

const spec = (more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  kind: 'service',
  name: 'web',
  project: 'shop',
  image: null,
  command: null,
  environment: {},
  ports: [],
  replicas: 1,
  restart: 'always',
  process: { command: ['true'] },
  ...more,
})

export const node = (
  name: string,
  more: Partial<SchedulerNode> & { profile?: NodeProfile | null } = {},
): SchedulerNode => ({
  node: name,
  name,
  health: 'alive',
  healthSinceMs: 0,
  draining: false,
  strain: null,
  profile: { name, version: '0.1.0', runtimes: ['process'], cpus: 4, memoryMb: 4_096, stopping: false },
  ...more,
})

export const profile = (more: Partial<NodeProfile>): NodeProfile => ({
  ...(node('x').profile as NodeProfile),
  ...more,
})

export const task = (slot: number, on: string, revision = HEAD): Assignment => ({
  task: `shop.web.${slot}.${slot + 1}`,
  object: WEB,
  revision,
  slot,
  node: on,
  token: slot + 1,
  reason: '',
})

const status = (state: TaskState, runtime = 'process'): TaskStatus =>
  ({
    task: 'shop.web.0.1',
    token: 1,
    attempt: 1,
    quickEnds: 0,
    sinceMs: 0,
    problem: null,
    state,
    runtime,
  }) as TaskStatus

export interface Scene {
  readonly spec?: Partial<ServiceSpec>
  readonly removed?: boolean
  readonly nodes: readonly SchedulerNode[]
  readonly tasks?: readonly Assignment[]
  readonly states?: Readonly<Record<string, TaskState>>
  readonly nowMs?: number
  readonly runtime?: 'docker' | 'process'
  readonly leases?: Partial<LeaseView>
  /** Of the revision before. */
  readonly older?: Partial<ServiceSpec>
  readonly hasUpdates?: boolean
  readonly target?: string
  readonly update?: SchedulerService['update']
  readonly failures?: { count: number; lastAtMs: number; lastNode: string }
}

const noLeases: LeaseView = {
  withheldFor: () => null,
  movableAtMs: () => 0,
  silentForMs: () => 0,
  isHeldDown: () => false,
}

export const viewOf = (scene: Scene): SchedulerView => {
  const own = spec(scene.spec)
  const older = { ...own, environment: { VERSION: 'older' }, ...scene.older }
  const { removed = false, tasks = [], states = {} } = scene
  return {
    nowMs: scene.nowMs ?? 100_000,
    wallMs: 1_700_000_000_000,
    hasUpdates: scene.hasUpdates ?? true,
    services: [
      {
        accepted: {
          object: WEB,
          head: HEAD,
          hlc: { wallMs: 1, counter: 0 },
          removed,
          conflicts: [],
          history: [HEAD, OLDER],
          past: [],
          trimmed: [],
        },
        target: scene.target ?? HEAD,
        spec: removed ? null : own,
        update: scene.update ?? null,
      },
    ],
    nodes: scene.nodes,
    tasksOf: () => tasks,
    standing: standingOf(tasks, () => own),
    statusOf: (id) => status(states[id] ?? 'running', scene.runtime),
    failuresOf: () => scene.failures ?? null,
    specOf: ({ revision }) => (revision === OLDER ? older : own),
    leases: { ...noLeases, ...scene.leases },
  }
}

export const planOf = (scene: Scene) => reconcile(viewOf(scene))

export const NOTHING = {
  assign: [],
  release: [],
  withhold: [],
  progress: [],
  waiting: [],
  retryAtMs: null,
  unsettled: new Set(),
}

export const nodesOf = (scene: Scene) => planOf(scene).assign.map((assign) => assign.node)
