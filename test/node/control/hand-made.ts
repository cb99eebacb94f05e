/** Services by hand: what the API is given in tests, with answers that a test may change while the server runs. */
import type {
  ConflictLedger,
  Deployments,
  LogsOptions,
  NodeLogs,
  OpenLanDesk,
  QuorumDesk,
  RecordsDesk,
  ServiceQueries,
  Tokens,
  UserDesk,
} from '../../../node/control/index.ts'
import type {
  Applied,
  ApplyRequest,
  AskingNode,
  BackupManifest,
  ConflictDetail,
  Explanation,
  JoinTokenRow,
  LogLine,
  NodeLogLine,
  NodeLogNote,
  NodeLogsQuery,
  Pending,
  Plan,
  PlanRequest,
  Service,
  ServiceDetail,
  ServiceUpdate,
  SettleRequest,
  Task,
  User,
  WaitingSlot,
} from '../../../protocols/control/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { spec } from '../../crdt/authors.ts'

export const NODE = '12D3KooWGzBkWmYQHh8ytmPGbSj1pnSyZ4GhVYNdBWBFFCTTCEDQ'

export const TOKEN_TEXT = `coterie_${'A'.repeat(300)}`
export const TOKEN: JoinTokenRow = {
  id: `3f2a91c0${'0'.repeat(56)}`,
  state: 'valid',
  role: 'edge',
  uses: 2,
  used: [{ id: NODE, name: 'kitchen' }],
  notBeforeMs: 1_700_000_000_000,
  expiresAtMs: 4_000_000_000_000,
  capabilities: ['relay'],
  cidrs: ['192.0.2.0/24'],
  labels: ['room=attic'],
  only: null,
  by: { id: NODE, name: 'kitchen' },
}

export const MANIFEST: BackupManifest = {
  mesh: '0123456789abcdef',
  meshName: 'home',
  node: NODE,
  nodeName: 'kitchen',
  atMs: 1_700_000_000_000,
  program: '1.2.3',
  format: 2,
  meshVersion: 2,
  generation: 1,
  index: 17,
  upToDate: true,
  rootKey: true,
  issuer: true,
  nodes: 3,
  services: 1,
  users: 2,
  tokens: 0,
}

export const ASKING: AskingNode = {
  fingerprint: '48210937',
  state: 'waiting',
  id: '12D3KooWSCufgHzV4fCwRijfH2k3abrpAJxTKxEvN1FDuRXA2U9x',
  name: 'cellar',
  role: 'full',
  machine: { arch: 'arm64', cpus: 4, memoryMb: 3_794 },
  address: '192.168.1.23',
  askedAtMs: 1_700_000_000_000,
}

const WINDOW = { untilMs: 4_000_000_000_000, autoApprove: false, role: 'full' as const, cidrs: [] }

const asked = (fingerprint: string): AskingNode => {
  if (fingerprint === ASKING.fingerprint) return ASKING
  throw new CoterieError('askUnknown', { request: fingerprint, detail: 'it gave up' })
}

/** One machine asks. */
export const handMadeOpenLan: OpenLanDesk = {
  state: () => ({ window: WINDOW, requests: [ASKING] }),
  open: async ({ autoApprove, role, cidrs }) => ({
    window: { ...WINDOW, autoApprove, role, cidrs },
    requests: [],
  }),
  close: async () => ({ window: null, requests: [] }),
  approve: async (fingerprint) => ({ ...asked(fingerprint), state: 'approved' }),
  deny: (fingerprint) => ({ ...asked(fingerprint), state: 'denied' }),
}

/** A revision id that is easily told from others. */
export const revisionId = (digit: string): string => digit.repeat(64)

const UPDATE: ServiceUpdate = {
  state: 'paused',
  phase: 'watching',
  changing: [2],
  done: 1,
  failures: 0,
  back: revisionId('b'),
  sinceMs: 1_700_000_000_000,
  reason: 'somebody asked for it',
}

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
  update: null,
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
  outdated: false,
  node: NODE,
  name: 'kitchen',
  state: 'running',
  sinceMs: 1_700_000_000_000,
  attempt: 1,
  quickEnds: 0,
  runtime: 'docker',
  ports: [{ target: 80, host: '127.0.0.1', port: 32_768, protocol: 'tcp' }],
  health: null,
  pull: null,
  problem: null,
  lastLines: [],
  reason: 'the slot is empty; no replica there yet',
  ...more,
})

/** A conflict of the web service about its image and its replicas. */
export const handMadeConflict = (lost: string, more: Partial<ConflictDetail> = {}): ConflictDetail => {
  const written = {
    action: 'apply',
    author: NODE,
    name: 'attic',
    via: 'cli',
    writtenAtMs: 1_700_000_000_000,
  } as const
  return {
    object: 'service/shop/web',
    head: {
      revision: revisionId('a'),
      written: { ...written, name: 'cellar' },
      spec: spec('web', 'nginx:2'),
    },
    lost: { revision: lost, written, spec: { ...spec('web', 'nginx:1'), replicas: 3 } },
    fields: [
      { field: 'image', from: 'nginx:2', to: 'nginx:1' },
      { field: 'replicas', from: '1', to: '3' },
    ],
    ...more,
  }
}

/** What is answered, which a test sets, and what was asked, which it reads. */
export interface Script {
  plan: (request: PlanRequest) => Plan
  apply: (request: ApplyRequest) => Applied | Promise<Applied>
  pending: Pending['pending']
  conflicts: ConflictDetail[]
  settle: (lost: string, settlement: 'accept' | 'revert', request: SettleRequest) => Applied
  services: Service[]
  /** Beside the service itself. */
  detail: Partial<ServiceDetail>
  explanation: Partial<Explanation>
  tasks: Task[]
  waiting: WaitingSlot[]
  logs: (task: string, options: LogsOptions) => AsyncIterable<LogLine>
  nodeLogs: (node: string, query: NodeLogsQuery) => AsyncIterable<NodeLogLine | NodeLogNote>
  asked: {
    readonly plan: PlanRequest[]
    readonly apply: ApplyRequest[]
    readonly settle: { readonly lost: string; readonly settlement: string; readonly request: SettleRequest }[]
    readonly logs: { readonly task: string; readonly options: LogsOptions }[]
    tasks: number
  }
}

export interface HandMade {
  readonly script: Script
  readonly components: Deployments &
    ServiceQueries &
    ConflictLedger &
    QuorumDesk &
    RecordsDesk &
    Tokens &
    NodeLogs
}

const emptyScript = (): Script => ({
  plan: () => ({ changes: [], placements: [] }),
  apply: () => ({ revisions: [] }),
  pending: [],
  conflicts: [],
  settle: () => ({ revisions: [] }),
  services: [],
  detail: {},
  explanation: {},
  tasks: [],
  waiting: [],
  logs: async function* () {},
  nodeLogs: async function* () {},
  asked: { plan: [], apply: [], settle: [], logs: [], tasks: 0 },
})

/** Begins a new story: nothing was asked, and the answers are empty but for these. */
export const retell = ({ script }: HandMade, answers: Partial<Script> = {}): void => {
  Object.assign(script, emptyScript(), answers)
}

export const createHandMade = (): HandMade => {
  const script = emptyScript()
  const serviceNamed = ({ project, name }: Pick<Service, 'project' | 'name'>): Service => {
    const service = script.services.find((known) => known.project === project && known.name === name)
    if (service !== undefined) return service
    throw new CoterieError('serviceUnknown', { service: `${project}/${name}`, near: [] })
  }
  const components: HandMade['components'] = {
    plan: (request) => {
      script.asked.plan.push(request)
      return script.plan(request)
    },
    apply: async (request) => {
      script.asked.apply.push(request)
      return script.apply(request)
    },
    pending: () => ({ pending: script.pending, refused: [] }),
    steerUpdate: async () => ({ update: UPDATE }),
    conflicts: () => ({
      conflicts: script.conflicts.map(({ head, lost, ...conflict }) => ({
        ...conflict,
        head: { revision: head.revision, written: head.written },
        lost: { revision: lost.revision, written: lost.written },
      })),
    }),
    conflict: (lost) => {
      const conflict = script.conflicts.find((known) => known.lost.revision === lost)
      if (conflict === undefined) throw new CoterieError('conflictUnknown', { conflict: lost })
      return conflict
    },
    settle: async (lost, settlement, request) => {
      script.asked.settle.push({ lost, settlement, request })
      return script.settle(lost, settlement, request)
    },
    services: () => ({ services: script.services }),
    service: (named) => ({ service: serviceNamed(named), spec: null, history: [], ...script.detail }),
    explain: (named) => ({ service: serviceNamed(named), slots: [], nodes: [], ...script.explanation }),
    tasks: () => {
      script.asked.tasks++
      return { tasks: script.tasks, waiting: script.waiting }
    },
    url: ({ project, name }) => {
      const { url } = serviceNamed({ project, name })
      if (url === null) throw new CoterieError('servicePortless', { service: `${project}/${name}` })
      return { url }
    },
    survey: async () => ({ generation: 1, leader: null, best: NODE, members: [] }),
    recover: async () => ({ generation: 2, from: { index: 17, term: 4 } }),
    lost: async () => ({ decisions: [], spans: [] }),
    ended: async () => ({ ended: [], more: false, notLinked: [] }),
    create: async () => ({ text: TOKEN_TEXT, token: TOKEN }),
    list: () => ({ tokens: [TOKEN] }),
    revoke: async (token) => {
      if (!TOKEN.id.startsWith(token))
        throw new CoterieError('joinTokenUnknown', { detail: `none begins with ${token}` })
      return { ...TOKEN, state: 'revoked' }
    },
    projects: () => ({ projects: [] }),
    link: async () => ({ projects: [] }),
    unlink: async () => ({ projects: [] }),
    read: (node, query) => script.nodeLogs(node, query),
    logs: (task, options) => {
      script.asked.logs.push({ task, options })
      return script.logs(task, options)
    },
  }
  return { script, components }
}

const tokens = { access: 'a.b.c', accessUntilMs: 1, refresh: 'd.e.f', refreshUntilMs: 2 }
const ada: User = { user: 'ada', kind: 'person', role: 'viewer', hasPassword: true, keys: [] }

/** One user, who never shows a good token. */
export const handMadeUsers: UserDesk = {
  admit: () => {
    throw new CoterieError('tokenRefused', { detail: 'there are no good ones' })
  },
  loginByPassword: async () => tokens,
  challenge: () => ({ text: 'sign this', seal: 'AAAA' }),
  loginByKey: async () => tokens,
  refresh: async () => tokens,
  sessions: () => [],
  end: async () => undefined,
  list: () => [ada],
  add: async () => ada,
  setRole: async () => ada,
  setPassword: async () => ada,
  addKey: async () => ada,
  removeKey: async () => ada,
  remove: async () => ({ state: 'done' }),
}
