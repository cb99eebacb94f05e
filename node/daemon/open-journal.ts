/** What this node logs, and reads of what others log: the journal in its data directory, its readers, its export. */
import { join } from 'node:path'
import type { NodeLogLine, NodeLogNote, NodeLogsQuery } from '../../protocols/control/index.ts'
import type { ResolvedSettings } from '../../protocols/control/settings/index.ts'
import { CoterieError, errorBody } from '../../protocols/errors/index.ts'
import { LOG_LEVELS, levelOf } from '../../protocols/journal/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { NodeLogs } from '../control/index.ts'
import type { LogFacts } from '../doctor/index.ts'
import {
  Copies,
  createMemberExport,
  createShipper,
  isNote,
  type Journal,
  type Line,
  type Note,
  readNodeLines,
  type Selection,
  type Shipper,
  serveJournal,
  urlDestination,
} from '../journal/index.ts'
import type { Metric } from '../ports/metrics.ts'
import type { Service } from '../ports/service.ts'
import type { Ground } from './ground.ts'
import type { MeshFile } from './mesh-file.ts'
import type { Planes } from './planes.ts'

/** Where a daemon keeps what it logs. */
export const logsIn = (dataDir: string): string => join(dataDir, 'logs')

/** A URL of this machine. */
const HERE = /^http:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\])[:/?]/i

/** A token that goes unencrypted is read by whoever listens. @throws `settingInvalid` */
export const checkLogExport = ({ values, sources }: ResolvedSettings): void => {
  const { logExport, logExportTokenFile } = values
  if (logExportTokenFile === null) return
  const isSafe = logExport.startsWith('https:') || HERE.test(`${logExport}/`)
  if (isSafe) return
  const source = sources.logExportTokenFile
  throw new CoterieError('settingInvalid', {
    setting: 'log-export-token-file',
    source: source.from === 'default' ? 'default' : source.name,
    detail: 'a token is sent by https:// alone, or to this machine, and log-export is neither',
  })
}

export interface JournalInit {
  readonly own: Journal
  readonly mesh: Pick<MeshFile, 'name'>
}

/** The journal of a daemon towards everybody. As a service, it is the export. */
export interface DaemonJournal extends NodeLogs, Service {
  facts(): LogFacts
  readonly metrics: readonly Metric[]
}

export const openJournal = (ground: Ground, planes: Planes, init: JournalInit): DaemonJournal => {
  const { settings, network, clock, random, shutdown } = ground
  const { view } = planes.decisions
  const { self } = network.connections
  const { own } = init
  const copies = new Copies(join(logsIn(settings.dataDir), 'of'))
  shutdown.add('copies of logs', () => copies.close())
  planes.decisions.onApplied(({ decision }) => {
    if (decision.type === 'nodeRemoved') copies.forget(decision.node).catch(() => undefined)
  })
  const { requests, streams } = network
  serveJournal({ self, journal: own, copies, clock, streams, requests })
  const reading = {
    ...{ self, journal: own, copies, clock, random, streams, requests },
    alive: () => [...view.nodes.keys()].filter((node) => node === self || planes.isAlive(node)),
    nameOf: (node: NodeId) => view.nodes.get(node)?.name ?? node,
  }
  const out = openExport(ground, init, reading.alive)
  return {
    read: (node, query, signal) => {
      if (!view.nodes.has(node)) throw new CoterieError('notAMember', { peer: node })
      return told(readNodeLines(reading, node, selectionOf(query), signal))
    },
    start: async () => out?.start(),
    stop: async () => out?.stop(),
    facts: () => ({ problem: own.problem(), export: out === null ? null : exportFacts(ground, out) }),
    metrics: [...ownMetrics(own), ...(out === null ? [] : exportMetrics(out))],
  }
}

const openExport = (
  { settings, network, clock, random, logger: root }: Ground,
  { own, mesh }: JournalInit,
  alive: () => readonly NodeId[],
): Shipper | null => {
  const { logExport: url, logExportTokenFile: tokenFile, dataDir, nodeName } = settings
  const parts = { journal: own, clock, random, logger: root.child({ part: 'journal' }) }
  const { self } = network.connections
  if (url === 'off') return null
  if (url === 'mesh') return createMemberExport({ ...parts, self, requests: network.requests, alive })
  const origin = { nodeName, mesh: mesh.name }
  const sentPath = join(logsIn(dataDir), 'sent')
  const destination = urlDestination(clock, { url, tokenFile, sentPath, origin })
  return createShipper(parts, { destination, from: own.began })
}

const selectionOf = (query: NodeLogsQuery): Selection => ({
  after: query.after ?? null,
  tail: query.tail ?? null,
  follow: query.follow ?? false,
  sinceMs: query.sinceMs ?? null,
  untilMs: query.untilMs ?? null,
  level: query.level === undefined ? 0 : LOG_LEVELS[query.level],
  grep: query.grep ?? null,
})

async function* told(items: AsyncIterable<Line | Note>): AsyncGenerator<NodeLogLine | NodeLogNote> {
  for await (const item of items) yield isNote(item) ? { type: 'note', note: item.note } : lineOf(item)
}

/** In the words of the API. What another node made up is shown as it is. */
const lineOf = ({ sequence, level, atMs, text }: Line): NodeLogLine => {
  const head = { type: 'line', sequence, atMs, level: levelOf(level) } as const
  try {
    const { seq: _, level: __, time: ___, msg, ...fields } = JSON.parse(text)
    return { ...head, message: String(msg), fields }
  } catch {
    return { ...head, message: text, fields: {} }
  }
}

const exportFacts = ({ settings, clock }: Ground, out: Shipper): LogFacts['export'] => {
  const { waiting, dropped, problem } = out.state()
  const to = settings.logExport === 'mesh' ? 'two other members' : settings.logExport.replace(/\?.*$/, '')
  if (problem === null) return { to, waiting, dropped, problem }
  const { message: finding, next: fix } = errorBody(problem.error)
  const forMs = problem.sinceMs === null ? 0 : Math.max(0, clock.wallMs() - problem.sinceMs)
  return { to, waiting, dropped, problem: { forMs, finding, fix } }
}

const ownMetrics = (own: Journal): Metric[] => [
  {
    name: 'coterie_log_lines_total',
    help: 'Lines that this daemon logged, by their level',
    type: 'counter',
    labels: ['level'],
    read: () => {
      const { byLevel } = own.totals()
      return [...byLevel].map(([level, value]) => ({ labels: { level: levelOf(level) }, value }))
    },
  },
  {
    name: 'coterie_log_lines_unkept_total',
    help: 'Lines that could not be written to the disk',
    type: 'counter',
    read: () => own.totals().lost,
  },
]

const exportMetrics = (out: Shipper): Metric[] => [
  {
    name: 'coterie_log_export_sent_total',
    help: 'Log lines that arrived where the export sends them',
    type: 'counter',
    read: () => out.state().sent,
  },
  {
    name: 'coterie_log_export_dropped_total',
    help: 'Log lines that were lost before they arrived there, or were refused',
    type: 'counter',
    read: () => out.state().dropped,
  },
  {
    name: 'coterie_log_export_failures_total',
    help: 'Tries to send log lines that failed',
    type: 'counter',
    read: () => out.state().failures,
  },
  {
    name: 'coterie_log_export_waiting',
    help: 'Log lines that are not there yet',
    type: 'gauge',
    read: () => out.state().waiting,
  },
]
