/** A control server on real sockets, with hand-made answers, and raw requests to it. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  type CertificateDesk,
  type Control,
  type ControlComponents,
  createControl,
  createEventLog,
  type EventLog,
  type RevocationDesk,
  type RotationDesk,
} from '../../../node/control/index.ts'
import { systemClock } from '../../../node/daemon/system-clock.ts'
import type { HttpsIdentity } from '../../../node/http/index.ts'
import type { Logger } from '../../../node/ports/logger.ts'
import type {
  Cluster,
  Finding,
  Leave,
  Nodes,
  Root,
  Status,
  Voters,
} from '../../../protocols/control/index.ts'
import { resolveSettings } from '../../../protocols/control/settings/index.ts'
import { scratchDir } from '../../support/scratch.ts'
import { createHandMade, type HandMade, handMadeOpenLan, handMadeUsers, MANIFEST, NODE } from './hand-made.ts'

export { NODE } from './hand-made.ts'
export const METRICS = '# HELP coterie_ready Whether it is\n# TYPE coterie_ready gauge\ncoterie_ready 1\n'
export const OTHER = '12D3KooWSCufgHzV4fCwRijfH2k3abrpAJxTKxEvN1FDuRXA2U9x'

export const FINDINGS: readonly Finding[] = [
  { id: 'disk', about: null, result: 'good', finding: '9 GiB free', fix: null },
  {
    id: 'direct',
    about: 'kitchen to attic',
    result: 'bad',
    finding: 'nobody listens at 192.0.2.7:7946',
    fix: 'Start coterie up on attic',
  },
]

const nodes: Nodes = {
  nodes: [
    {
      id: NODE,
      name: 'kitchen',
      self: true,
      state: 'alive',
      role: 'leader',
      edge: false,
      connected: true,
      condition: { load: 50, onBattery: true, celsius: 60, hot: false, metered: true },
      through: null,
      addresses: ['/ip4/127.0.0.1/tcp/7946'],
      relays: [],
    },
    {
      id: OTHER,
      name: 'attic',
      self: false,
      state: 'dead',
      role: 'follower',
      edge: true,
      connected: false,
      condition: null,
      through: null,
      addresses: [],
      relays: [{ id: NODE, name: 'kitchen' }],
    },
  ],
}

const status: Status = {
  node: { id: NODE, name: 'kitchen' },
  mesh: { id: '0123456789abcdef', name: 'home' },
  meshVersion: { present: 1, least: 1, most: 2, waitsFor: ['cellar'], halt: null },
  generation: 1,
  version: '1.2.3',
  uptimeMs: 90_000,
  role: 'leader',
  edge: false,
  leader: NODE,
  leaderName: 'kitchen',
  term: 4,
  commitIndex: 17,
  appliedIndex: 17,
  members: { alive: 1, suspect: 0, dead: 1, left: 0, unknown: 0 },
  conflicts: 2,
  clocks: [{ id: OTHER, name: 'cellar', aheadMs: 3_600_000 }],
  openLan: null,
  damagedStores: ['/data/store.damaged-2026-11-21'],
  engine: { answers: true, detail: null, images: 3, pinned: 2 },
  watchdog: { kills: ['docker', 'process'], guarded: 1, detail: 'containers through cgroup.kill' },
  addresses: ['/ip4/127.0.0.1/tcp/7946'],
  reach: { direct: 0, relayed: 1, reachable: false, relays: [{ id: OTHER, name: 'attic' }] },
}

const voters: Voters = {
  leader: NODE,
  term: 4,
  majority: 1,
  quorum: true,
  voters: [
    { id: NODE, name: 'kitchen', state: 'alive', leader: true, edge: false, kind: 'voter' },
    { id: OTHER, name: 'attic', state: 'dead', leader: false, edge: true, kind: 'learner' },
  ],
}

const root: Root = {
  fingerprint: 'ab'.repeat(32),
  domain: '0123456789abcdef.coterie.internal',
  certificate: '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
  notAfterMs: 2_000_000_000_000,
  keyHere: true,
}
const issuer = { id: NODE, name: 'kitchen', notAfterMs: 1_900_000_000_000 }
export const certificates: CertificateDesk = {
  root: async () => root,
  exportRoot: async () => ({ sealed: '{}' }),
  forgetRoot: async () => ({ ...root, keyHere: false }),
  importRoot: async () => root,
  issuers: () => ({ issuers: [issuer] }),
  grantIssuer: async () => issuer,
  rotateIssuer: async () => issuer,
  revokeIssuer: async () => ({ issuers: [issuer] }),
}

const revocations: RevocationDesk = {
  revoke: async () => ({ id: NODE, name: 'laptop', state: 'done' }),
  list: () => ({
    revocations: [
      { id: NODE, name: 'laptop', reason: 'lost', atMs: 1_700_000_000_000, by: null, state: 'done' },
    ],
  }),
}

const rotation: RotationDesk = {
  plan: async () => ({
    mesh: 'home',
    node: { id: NODE, name: 'kitchen' },
    role: 'full',
    capabilities: [],
    labels: ['zone=shed'],
    votes: true,
    issuing: 'goesOn',
    rootKeyHere: true,
    tasks: [],
    sessions: 1,
    tokens: 0,
  }),
  rotate: async () => ({
    mesh: 'home',
    replaced: { id: NODE, name: 'kitchen' },
    node: { id: OTHER, name: 'kitchen' },
    tasksLeft: [],
  }),
}

export const LEFT: Leave = { mesh: 'home', dataDir: '/data', tasksLeft: [], removes: [], leaves: [] }

const cluster: Cluster = {
  mesh: { id: '0123456789abcdef', name: 'home' },
  meshVersion: 1,
  generation: 1,
  term: 4,
  leader: { id: NODE, name: 'kitchen' },
  quorum: true,
  voters: voters.voters,
  members: nodes.nodes.map(({ id, name, state, role, edge }) => ({ id, name, state, role, edge })),
  tasks: {
    assigned: 0,
    preparing: 0,
    starting: 0,
    running: 2,
    waiting: 1,
    stopping: 0,
    stopped: 0,
    completed: 0,
    failed: 0,
    rejected: 0,
  },
  tasksLost: 1,
}

/** Keeps the lines, for tests that look at them. */
export const recordingLogger = (): Logger & { readonly lines: string[] } => {
  const lines: string[] = []
  const keep = (fields: object, message: string) => lines.push(`${message} ${JSON.stringify(fields)}`)
  const logger = { lines, debug: keep, info: keep, warn: keep, error: keep, child: () => logger }
  return logger
}

export interface Fixture {
  readonly control: Control
  readonly events: EventLog
  readonly logger: { readonly lines: string[] }
  /** The answers about services, unless the options gave others. */
  readonly handMade: HandMade
  readonly dir: string
  readonly socketPath: string
  readonly tokenPath: string
  token(): Promise<string>
  metricsToken(): Promise<string>
  stop(): Promise<void>
}

export interface FixtureOptions extends Partial<ControlComponents> {
  readonly port?: number
  /** The metrics' own port; none where it is absent. */
  readonly metricsDoor?: { readonly host: string; readonly port: number }
  /** Where the API listens; 127.0.0.1 where it is absent. */
  readonly host?: string
  readonly tls?: boolean
  readonly givenTokenPath?: string
  /** A directory to use, which is then not removed. */
  readonly dir?: string
}

/** For doors that speak no TLS. */
const NO_IDENTITY: HttpsIdentity = {
  https: () => assert.fail('nothing is shown here'),
  onRenewed: () => assert.fail('nothing is shown here'),
}

/** Starts a server in a scratch directory; `stop` ends it and removes the directory. */
export const startControl = async (options: FixtureOptions = {}): Promise<Fixture> => {
  const scratch = options.dir === undefined ? await scratchDir() : null
  const dir = options.dir ?? (scratch?.path as string)
  const socketPath = join(dir, 'run', 'coterie.sock')
  const tokenPath = join(dir, 'api-token')
  const events = createEventLog({ clock: { wallMs: Date.now } })
  const logger = recordingLogger()
  const handMade = createHandMade()
  const control = createControl(
    {
      logger,
      clock: systemClock,
      identity: NO_IDENTITY,
      events,
      mesh: {
        node: () => NODE,
        status: async () => status,
        cluster: async () => cluster,
        nodes: () => nodes,
        voters: () => voters,
      },
      readiness: { check: () => undefined },
      metrics: { text: async () => METRICS },
      membership: { leave: async () => LEFT },
      deployments: handMade.components,
      services: handMade.components,
      conflicts: handMade.components,
      quorum: handMade.components,
      records: handMade.components,
      doctor: { examine: async () => ({ findings: [...FINDINGS] }) },
      tokens: handMade.components,
      openLan: handMadeOpenLan,
      certificates,
      revocations,
      rotation,
      users: handMadeUsers,
      backups: {
        backUp: async () =>
          (async function* () {
            yield { type: 'whole', bytes: 0, manifest: MANIFEST } as const
          })(),
      },
      nodeLogs: handMade.components,
      execs: {
        open: async () =>
          (async function* () {
            yield { type: 'ended', exitCode: 0 } as const
          })(),
        send: async () => {},
      },
      registries: {
        login: async ({ registry }) => ({ registry, checked: true, told: ['attic'], away: [] }),
        logout: async (registry) => ({ registry, told: ['attic'], away: [] }),
        list: () => ({ registries: [] }),
      },
      usage: { look: async () => ({ tasks: [], silent: [] }) },
      ports: { published: () => ({ ports: [] }) },
      portOwner: async () => null,
      ...options,
    },
    {
      socketPath,
      tokenPath,
      givenTokenPath: options.givenTokenPath ?? null,
      metricsTokenPath: join(dir, 'metrics-token'),
      tls: options.tls ?? false,
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 0,
      metrics: options.metricsDoor ?? null,
      version: '1.2.3',
      settings: resolveSettings(
        { dataDir: dir },
        { env: {}, home: dir, hostname: 'kitchen', cwd: dir, isRoot: false },
      ),
    },
  )
  try {
    await control.start()
  } catch (error) {
    await scratch?.remove()
    throw error
  }
  return {
    control,
    events,
    logger,
    handMade,
    dir,
    socketPath,
    tokenPath,
    token: async () => (await readFile(tokenPath, 'utf8')).trim(),
    metricsToken: async () => (await readFile(join(dir, 'metrics-token'), 'utf8')).trim(),
    stop: async () => {
      await control.stop()
      await scratch?.remove()
    },
  }
}

export interface RawRequest {
  readonly socketPath?: string
  readonly port?: number
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
}

/** One request, sent as it stands, with its answer as text. */
export const askText = ({
  body,
  ...options
}: RawRequest): Promise<Omit<RawAnswer, 'body'> & { text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', agent: false, ...options }, (response) => {
      const { statusCode: status = 0, headers } = response
      text(response).then((answer) => resolve({ status, headers, text: answer }), reject)
    })
    sent.once('error', reject)
    sent.end(body)
  })

/** The same, with its JSON answer. */
export const ask = async (asked: RawRequest): Promise<RawAnswer> => {
  const { text, ...answer } = await askText(asked)
  return { ...answer, body: JSON.parse(text) }
}
