/** What the planes of a daemon have to count, in the form of `node/ports/metrics.ts`. */
import { isQuorumActive } from '../../protocols/consensus/index.ts'
import { VERSION } from '../../protocols/control/index.ts'
import { FIRST_GENERATION } from '../../protocols/generations/index.ts'
import type { MemberStatus } from '../../protocols/membership/index.ts'
import type { Images } from '../images/index.ts'
import type { TaskCounts } from '../metrics/index.ts'
import {
  createMetrics,
  eventLoopDelay,
  type Metrics,
  machineMetrics,
  processMetrics,
} from '../metrics/index.ts'
import type { Metric, Sample } from '../ports/metrics.ts'
import type { ProxyService } from '../proxy/index.ts'
import type { Ground } from './ground.ts'
import type { DaemonJournal } from './open-journal.ts'
import type { Planes } from './planes.ts'
import type { Readiness } from './readiness.ts'
import { countLost } from './task-tally.ts'

const SECOND_MS = 1000

const gauge = (name: string, help: string, read: Metric['read']): Metric => ({
  name,
  help,
  type: 'gauge',
  read,
})

const counter = (name: string, help: string, read: Metric['read']): Metric => ({
  name,
  help,
  type: 'counter',
  read,
})

/** One sample for each key. */
const byLabel = (label: string, numbers: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(numbers).map(([key, value]) => ({ labels: { [label]: key }, value }))

const flag = (is: boolean): number => (is ? 1 : 0)

interface MeasureInit {
  readonly startedAtMs: number
  readonly readiness: Readiness
  readonly counts: TaskCounts
  readonly journal: Pick<DaemonJournal, 'metrics'>
  readonly images: Pick<Images, 'counts'>
  isEngineUp(): boolean
  readonly proxy: Pick<ProxyService, 'metrics'>
}

const daemonMetrics = ({ clock }: Ground, { startedAtMs, readiness }: MeasureInit): Metric[] => [
  gauge(
    'coterie_uptime_seconds',
    'How long this daemon has run',
    () => (clock.nowMs() - startedAtMs) / SECOND_MS,
  ),
  gauge('coterie_ready', 'Whether this node may be sent work, as /ready answers', () =>
    flag(readiness.isReady()),
  ),
  {
    ...gauge('coterie_build_info', 'Always 1; the version of this daemon', () =>
      byLabel('version', { [VERSION]: 1 }),
    ),
    labels: ['version'],
  },
]

const meshMetrics = ({ probes }: Ground, { decisions: { view }, consensus, healthOf }: Planes): Metric[] => [
  {
    ...gauge('coterie_members', 'Members of the mesh by their state, as this node sees them', () => {
      const members: Record<MemberStatus, number> = { alive: 0, suspect: 0, dead: 0, left: 0, unknown: 0 }
      for (const node of view.nodes.keys()) members[healthOf(node)] += 1
      return byLabel('state', members)
    }),
    labels: ['state'],
  },
  gauge(
    'coterie_cluster_heartbeat_success_ratio',
    "Share of this node's pings of the last minute that were answered",
    () => probes.ratio(),
  ),
  {
    ...counter('coterie_cluster_probes_total', "This node's pings by whether they were answered", () =>
      byLabel('result', { ...probes.totals() }),
    ),
    labels: ['result'],
  },
  gauge('coterie_voters', 'Members that vote', () => consensus.view().configuration.voters.length),
  gauge('coterie_has_quorum', 'Whether a majority of the voters is alive, as this node sees it', () =>
    flag(isQuorumActive(consensus.view().configuration, (node) => healthOf(node) === 'alive')),
  ),
  gauge(
    'coterie_mesh_version',
    'Version of the mesh, which is that of its oldest member',
    () => view.meshVersion,
  ),
]

const logMetrics = ({ writes }: Ground, { consensus, decisions: { view } }: Planes): Metric[] => [
  gauge('coterie_is_leader', 'Whether this node leads', () => flag(consensus.view().role === 'leader')),
  gauge('coterie_term', 'Term of consensus', () => consensus.view().term),
  gauge(
    'coterie_generation',
    'Generation of the log',
    () => view.generations.at(-1)?.number ?? FIRST_GENERATION,
  ),
  gauge(
    'coterie_commit_index',
    'Last entry of the log that is known to be committed',
    () => consensus.view().commitIndex,
  ),
  gauge('coterie_applied_index', 'Last entry of the log that was applied here', () => view.appliedIndex),
  gauge('coterie_log_entries', 'Entries of the log that are kept here, after the last snapshot', () => {
    const { lastIndex, baseIndex } = consensus.view()
    return lastIndex - baseIndex
  }),
  gauge('coterie_snapshot_bytes', 'Size of the last snapshot of the log', () => writes.snapshotBytes()),
  counter('coterie_store_writes_total', 'Synced writes to the store', () => writes.written()),
  counter('coterie_store_write_failures_total', 'Writes to the store that failed', () => writes.failed()),
  gauge(
    'coterie_store_write_waiting_seconds',
    'For how long the oldest write that is under way has waited for the disk',
    () => writes.oldestMs() / SECOND_MS,
  ),
]

const workMetrics = (
  { decisions: { view }, intent, healthOf }: Planes,
  { counts }: MeasureInit,
): Metric[] => [
  gauge(
    'coterie_workloads_active',
    'Tasks that run on this node',
    async () => (await counts.readSoon())?.active ?? null,
  ),
  {
    ...gauge('coterie_tasks', 'Tasks of the mesh by their state, as their nodes told it last', async () =>
      byLabel('state', { ...(await counts.readSoon())?.byState }),
    ),
    labels: ['state'],
  },
  gauge('coterie_tasks_lost', 'Tasks of nodes that are dead, gone or unknown: their state may be over', () =>
    countLost(view, healthOf),
  ),
  gauge('coterie_pending_revisions', 'Edits that were not accepted yet', () => intent.pending(view).length),
]

const engineMetrics = ({ images, isEngineUp }: MeasureInit): Metric[] => [
  gauge('coterie_engine_up', 'Whether the Docker engine of this node answers', () => flag(isEngineUp())),
  gauge('coterie_images', 'Images on this node that were pulled for the mesh', () => images.counts().own),
  gauge(
    'coterie_images_pinned',
    'Those of them that a kept revision of a service names',
    () => images.counts().pinned,
  ),
  counter(
    'coterie_images_removed_total',
    'Images that were removed since nothing needed them',
    () => images.counts().removed,
  ),
]

/** All that this daemon counts; read when somebody scrapes. */
export const openMetrics = (ground: Ground, planes: Planes, init: MeasureInit): Metrics => {
  const { clock, logger, network, shutdown } = ground
  const loop = eventLoopDelay(clock)
  shutdown.add('metrics', async () => loop.stop())
  return createMetrics({
    logger: logger.child({ part: 'metrics' }),
    metrics: () => [
      ...daemonMetrics(ground, init),
      ...machineMetrics(clock),
      ...network.metrics(),
      ...meshMetrics(ground, planes),
      ...logMetrics(ground, planes),
      ...workMetrics(planes, init),
      ...engineMetrics(init),
      ...init.journal.metrics,
      ...init.proxy.metrics(),
      loop.metric,
      ...processMetrics(),
    ],
  })
}
