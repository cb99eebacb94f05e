/** Services by hand: what the API is given in tests, with answers that a test may change while the server runs. */
import type { Deployments, LogsOptions, ServiceQueries } from '../../../node/control/index.ts'
import type {
  Applied,
  ApplyRequest,
  LogLine,
  Pending,
  Plan,
  PlanRequest,
  Service,
  Task,
  WaitingSlot,
} from '../../../protocols/control/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'

export const NODE = '12D3KooWGzBkWmYQHh8ytmPGbSj1pnSyZ4GhVYNdBWBFFCTTCEDQ'

/** A revision id that is easily told from others. */
export const revisionId = (digit: string): string => digit.repeat(64)

export const handMadeService = (project: string, name: string, more: Partial<Service> = {}): Service => ({
  object: `service/${project}/${name}`,
  project,
  name,
  revision: revisionId('a'),
  replicas: 1,
  running: 1,
  image: 'web:1',
  ports: [{ target: 80, published: null, protocol: 'tcp' }],
  conflicts: 0,
  url: `http://${name}.localhost:8090/`,
  ...more,
})

export const handMadeTask = (
  project: string,
  name: string,
  slot: number,
  more: Partial<Task> = {},
): Task => ({
  task: `${project}.${name}.${slot}.7`,
  object: `service/${project}/${name}`,
  slot,
  revision: revisionId('a'),
  node: NODE,
  name: 'kitchen',
  state: 'running',
  sinceMs: 1_700_000_000_000,
  attempt: 1,
  runtime: 'docker',
  ports: [{ target: 80, host: '127.0.0.1', port: 32_768, protocol: 'tcp' }],
  problem: null,
  lastLines: [],
  reason: 'the slot is empty; no replica there yet',
  ...more,
})

export interface HandMade extends Deployments, ServiceQueries {
  plans: (request: PlanRequest) => Plan
  applies: (request: ApplyRequest) => Applied | Promise<Applied>
  pendings: Pending['pending']
  known: Service[]
  running: Task[]
  waiting: WaitingSlot[]
  lines: (task: string, options: LogsOptions) => AsyncIterable<LogLine>
  /** What was asked so far. */
  readonly planned: PlanRequest[]
  readonly applied: ApplyRequest[]
  /** The logs asked for, each with its options. */
  readonly logged: { readonly task: string; readonly options: LogsOptions }[]
}

export const createHandMade = (): HandMade => {
  const made: HandMade = {
    plans: () => ({ changes: [], placements: [] }),
    applies: () => ({ revisions: [] }),
    pendings: [],
    known: [],
    running: [],
    waiting: [],
    lines: async function* () {},
    planned: [],
    applied: [],
    logged: [],
    plan: (request) => {
      made.planned.push(request)
      return made.plans(request)
    },
    apply: async (request) => {
      made.applied.push(request)
      return made.applies(request)
    },
    pending: () => ({ pending: made.pendings }),
    services: () => ({ services: made.known }),
    tasks: () => ({ tasks: made.running, waiting: made.waiting }),
    url: ({ project, name }) => {
      const service = made.known.find((known) => known.project === project && known.name === name)
      if (service === undefined)
        throw new CoterieError('serviceUnknown', { service: `${project}/${name}`, near: [] })
      if (service.url === null) throw new CoterieError('servicePortless', { service: `${project}/${name}` })
      return { url: service.url }
    },
    logs: (task, options) => {
      made.logged.push({ task, options })
      return made.lines(task, options)
    },
  }
  return made
}
