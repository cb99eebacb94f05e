/**
 * Fills the store of a daemon that is not running, as a mesh that ran for long would have left it: a service, a signed
 * revision, a task and its signed status for each of `tasks`, on other members; the last of the tasks are still
 * entries of the log, the others are in its snapshot.
 */
import { fromString } from 'uint8arrays'
import { createRegister, createRevision, registerName } from '../../crdt/index.ts'
import { nodeProfileCodec, taskStatusCodec } from '../../node/daemon/observed.ts'
import { createSigning } from '../../node/intent/index.ts'
import { generateIdentity, nodeIdOf } from '../../node/network/index.ts'
import type { RecordChange, Store } from '../../node/ports/storage.ts'
import { loadIdentity, openStore } from '../../node/storage/index.ts'
import { type Configuration, configurationCodec, type LogEntry } from '../../protocols/consensus/index.ts'
import {
  createDecisions,
  type Decision,
  decisionCodec,
  snapshotDecisions,
  taskIdOf,
} from '../../protocols/decisions/index.ts'
import { nodeRegister, type ServiceSpec, serviceKey, taskRegister } from '../../protocols/spec/index.ts'
import { SUPPORTED, tellRange } from '../../protocols/versions/index.ts'
import { silentLogger } from '../../test/support/silent-logger.ts'

/** Members that run the tasks: most of the mesh, so that nothing moves while they are away. */
const HOLDERS = 4
/** Records of one synced write. */
const BATCH = 5_000
/** Fills a revision up to 400 bytes. */
const PADDING = 18

export interface ManyTasks {
  readonly dataDir: string
  readonly tasks: number
  /** Tasks that the log's tail assigns, and not its snapshot. */
  readonly inTail: number
  /** Bytes of one stored revision. */
  told?(revisionBytes: number): void
}

const specOf = (at: number): ServiceSpec => ({
  kind: 'service',
  name: `service-${at}`,
  project: 'bench',
  image: null,
  command: null,
  environment: { PADDING: 'x'.repeat(PADDING) },
  ports: [],
  replicas: 1,
  restart: 'no',
  process: { command: ['sleep', '100000'] },
})

type Author = ReturnType<typeof createAuthor>

const createAuthor = (privateKey: Uint8Array) => ({
  node: nodeIdOf(privateKey),
  signing: createSigning(privateKey),
})

const revisionOf = (author: Author, at: number) => {
  const spec = specOf(at)
  const content = {
    object: serviceKey(spec.project, spec.name),
    parents: [],
    hlc: { wallMs: at + 1, counter: 0 },
    author: author.node,
    via: 'cli',
    body: { type: 'spec', spec } as const,
  }
  return createRevision(content, author.signing)
}

/** A register of `author`, as a record is named and what it holds. */
const registerOf = async (
  { node, signing }: Author,
  key: string,
  sequence: number,
  value: Uint8Array,
): Promise<[string, Uint8Array]> => {
  const register = await createRegister({ node, key, epoch: 1, sequence, value }, signing.sign)
  return [registerName(register), register.bytes]
}

const profileOf = (author: Author) => {
  const machine = { cpus: 8, memoryMb: 16_384 }
  const profile = { name: 'holder', version: '0', runtimes: ['process'] as 'process'[], stopping: false }
  return registerOf(author, nodeRegister(author.node), 1, nodeProfileCodec.encode({ ...profile, ...machine }))
}

const statusOf = (author: Author, task: string, token: number, at: number) => {
  const status = { task, token, attempt: 1, quickEnds: 0, sinceMs: 1, problem: null, startedAtMs: 1 }
  const running = { ...status, state: 'running', runtime: 'process', ports: [] } as const
  return registerOf(author, taskRegister(task), at + 2, taskStatusCodec.encode({ ...running, ports: [] }))
}

const configurationIn = (entries: readonly LogEntry[]): Configuration => {
  const placed = entries.findLast(({ kind }) => kind === 'configuration')
  if (placed === undefined) throw new Error('nobody votes')
  return configurationCodec.decode(placed.data)
}

/** The log that led to the tasks, and what it amounts to. */
const createHistory = (stored: readonly LogEntry[], term: number) => {
  const decisions = createDecisions()
  const entries: LogEntry[] = []
  for (const { index, kind, data } of stored) {
    if (kind === 'decision') decisions.apply(index, decisionCodec.decode(data))
    else decisions.skip(index)
  }
  const last = (): number => decisions.view.appliedIndex
  return {
    last,
    decide: (decision: Decision): number => {
      const index = last() + 1
      const outcome = decisions.apply(index, decision)
      if (!outcome.ok) throw new Error(outcome.reason)
      entries.push({ index, term, kind: 'decision', data: decisionCodec.encode(decision) })
      return index
    },
    /** What the log amounts to now; the entries before are in it. */
    snapshot: () => {
      entries.length = 0
      return { index: last(), term, data: snapshotDecisions(decisions.view) }
    },
    entries,
  }
}

/** Collects records and writes them many at a time. */
const createRecords = (store: Store, name: string) => {
  let changes: RecordChange[] = []
  const flush = async (): Promise<void> => {
    await store.records(name).write(changes)
    changes = []
  }
  return {
    put: async (key: string, value: Uint8Array): Promise<void> => {
      changes.push({ key, value })
      if (changes.length === BATCH) await flush()
    },
    flush,
  }
}

export const fillWithTasks = async ({ dataDir, tasks, inTail, told }: ManyTasks): Promise<void> => {
  const identity = await loadIdentity(dataDir)
  if (identity === null) throw new Error('there is no node')
  const author = createAuthor(identity.privateKey)
  const store = await openStore({ dataDir, logger: silentLogger })
  try {
    const { hardState, entries } = await store.consensus.load()
    const configuration = configurationIn(entries)
    const term = hardState?.term ?? 1
    const history = createHistory(entries, term)
    const holders = Array.from({ length: HOLDERS }, () => createAuthor(generateIdentity()))
    const revisions = createRecords(store, 'revisions')
    const registers = createRecords(store, 'registers')
    for (const [at, { node }] of holders.entries())
      history.decide({
        type: 'nodeAdmitted',
        node,
        name: `holder-${at}`,
        addresses: [],
        atMs: 1,
        ...tellRange(SUPPORTED),
      })
    for (const holder of holders) await registers.put(...(await profileOf(holder)))

    const accepted: { readonly object: string; readonly revision: string }[] = []
    for (let at = 0; at < tasks; at++) {
      const { id, object, bytes, hlc } = await revisionOf(author, at)
      if (at === 0) told?.(bytes.byteLength)
      await revisions.put(id, bytes)
      const written = { author: author.node, hlc }
      history.decide({
        type: 'revisionAccepted',
        revision: id,
        object,
        parents: [],
        hlc,
        removed: false,
        written,
      })
      accepted.push({ object, revision: id })
    }
    await revisions.put('clock', fromString(`${tasks} 0`))
    const assign = async (from: number, to: number): Promise<void> => {
      for (let at = from; at < to; at++) {
        const holder = holders[at % HOLDERS] as Author
        const { object, revision } = accepted[at] as (typeof accepted)[number]
        const what = { object, revision, slot: 0, node: holder.node, replaces: null }
        const token = history.decide({ type: 'taskAssigned', ...what, reason: 'the least is running there' })
        await registers.put(...(await statusOf(holder, taskIdOf(object, 0, token), token, at)))
      }
    }
    await assign(0, tasks - inTail)
    const snapshot = { ...history.snapshot(), configuration }
    await assign(tasks - inTail, tasks)
    const { index } = snapshot
    await store.consensus.persist({
      hardState: { term, votedFor: null, commitIndex: history.last() },
      compaction: { snapshot, base: { index, term }, lastIndex: index },
      entries: history.entries,
    })
    await revisions.flush()
    await registers.flush()
  } finally {
    await store.close()
  }
}
