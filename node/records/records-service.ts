import { equals, toString as textOf } from 'uint8arrays'
import {
  type DocumentId,
  PERIOD_MS,
  parseTaskRecord,
  type RecordDocument,
  recordsHintCodec,
} from '../../crdt/records/index.ts'
import { RECORDS_VERSION } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { GOSSIP_BYTES_MAX, type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import { createRounds, type Rounds } from '../turns/index.ts'
import { Closing } from './closing.ts'
import { RecordsDisk } from './disk.ts'
import { Documents } from './documents.ts'
import { FILED, Filing } from './filing.ts'
import { Intake } from './intake.ts'
import {
  AGREE_MAX_MS,
  ARCHIVES_KEPT,
  COMPARE_MAX_MS,
  COMPARE_MIN_MS,
  DIRECT_PEERS_MAX,
  GRACE_MS,
  HINTS_WAITING_MAX,
  REVIEW_MS,
} from './limits.ts'
import { Links } from './links.ts'
import { Puller } from './puller.ts'
import { Reader } from './reader.ts'
import { answerRecords } from './server.ts'
import { Settling } from './settling.ts'
import type {
  EndedQuery,
  EndedTasks,
  LinkedProject,
  RecordsComponents,
  RecordsInit,
  RecordsService,
} from './types.ts'
import { Writer } from './writer.ts'

const RECORDS_TOPIC = 'records'

/** What a hint says beside its update. */
const HINT_OVERHEAD_BYTES = 1024

export class LiveRecordsService implements RecordsService {
  readonly #components: RecordsComponents
  readonly #disk: RecordsDisk
  readonly #documents: Documents
  readonly #links: Links
  readonly #intake: Intake
  readonly #puller: Puller
  readonly #writer: Writer
  readonly #closing: Closing
  readonly #settling: Settling
  readonly #reader: Reader
  readonly #reviewMs: number
  readonly #hintsWaiting = new Map<NodeId, number>()
  #timers: (() => void)[] = []
  readonly #reviews: Rounds
  #reviewing: Promise<void> = Promise.resolve()
  #subscriptions: (() => void)[] = []
  #stopped = false

  constructor(components: RecordsComponents, init: RecordsInit) {
    const { self, periodMs = PERIOD_MS, graceMs = GRACE_MS, agreeMaxMs = AGREE_MAX_MS } = init
    this.#reviewMs = init.reviewMs ?? REVIEW_MS
    this.#components = components
    const disk = new RecordsDisk(components.store)
    const documents = new Documents({
      ...components,
      onUpdate: (id, update, origin) => {
        if (origin === FILED) this.#tell(id, update)
      },
    })
    const links = new Links({ ...components, self, disk, runs: (project) => this.#writer.runs(project) })
    const archivesKept = init.archivesKept ?? ARCHIVES_KEPT
    const common = { ...components, self, disk, documents, links, periodMs, archivesKept }
    const intake = new Intake(common)
    const filing = new Filing({ ...common, intake })
    const puller = new Puller({ ...common, intake })
    this.#disk = disk
    this.#documents = documents
    this.#links = links
    this.#intake = intake
    this.#puller = puller
    this.#writer = new Writer({ ...common, filing })
    this.#closing = new Closing({ ...common, puller, graceMs, agreeMaxMs })
    this.#settling = new Settling({ ...common, intake, filing, puller })
    this.#reader = new Reader({ ...common, settling: this.#settling })
    this.#reviews = createRounds(
      components.clock,
      () => {
        this.#reviewing = this.#review()
        return this.#reviewing
      },
      (error) =>
        components.logger.error({ error: (error as Error).message }, 'task records could not be archived'),
    )
  }

  async start(): Promise<void> {
    const { requests, messages, topics, connections, decisions } = this.#components
    await this.#links.start()
    await this.#load()
    await this.#settling.start()
    await this.#writer.start()
    requests.handleRequest(PROTOCOLS.records, (_from, payload) =>
      answerRecords(payload, { documents: this.#documents, disk: this.#disk }),
    )
    messages.onMessage(PROTOCOLS.recordHints, (from, payload) => this.#onHint(from, payload))
    topics.subscribe(RECORDS_TOPIC, (from, payload) => this.#onHint(from, payload))
    this.#subscriptions = [
      connections.onPeer(({ type, peer }) => {
        if (type === 'connected') this.#pull(peer)
      }),
      decisions.onApplied(({ decision }) => {
        if (decision.type === 'periodArchived') this.#reviews.wake(0)
      }),
      decisions.onRestored(() => this.#reviews.wake(0)),
    ]
    this.#reviews.start()
    for (const peer of connections.connected()) this.#pull(peer)
    this.#repeat(
      () => COMPARE_MIN_MS + this.#components.random() * (COMPARE_MAX_MS - COMPARE_MIN_MS),
      () => this.#compare(),
    )
    this.#repeat(
      () => this.#reviewMs,
      () => this.#reviews.wake(0),
    )
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const end of [...this.#subscriptions, ...this.#timers]) end()
    this.#reviews.stop()
    await this.#puller.stop()
    await this.#reviewing.catch(() => undefined)
    await this.#writer.stop()
  }

  ended(query: EndedQuery): Promise<EndedTasks> {
    return this.#reader.ended(query)
  }

  projects(): readonly LinkedProject[] {
    const { periods } = this.#components.decisions.view
    return this.#links.projects().map((project) => {
      const open = this.#documents.all(project)
      const archives = periods.get(project)?.archives ?? []
      return {
        project,
        linked: this.#links.isLinked(project),
        because: this.#links.because(project),
        documents: open.length,
        records: open.reduce((sum, { index }) => sum + index.size, 0),
        bytes: open.reduce((sum, document) => sum + document.bytes(), 0),
        archives: archives.length,
        archivesHere: archives.filter(({ period }) => this.#settling.isHere({ project, period })).length,
      }
    })
  }

  async link(project: string): Promise<void> {
    this.#links.check(project)
    await this.#links.tell(project, 'linked')
    for (const peer of this.#components.connections.connected()) this.#pull(peer)
    this.#reviews.wake(0)
  }

  async unlink(project: string): Promise<void> {
    this.#links.check(project)
    const rootOf = () => this.#documents.rootOf([project])
    const unless = (reason: string | null) => {
      if (reason !== null) throw new CoterieError('projectHeld', { project, reason })
    }
    const asked = rootOf()
    unless(this.#reasonToKeep(project) ?? (await this.#reasonToHold(project)))
    await this.#settling.dropProject(project, async () => {
      // Of what began or came while the voters answered, none of them was asked.
      unless(this.#reasonToKeep(project))
      if (!equals(asked, rootOf())) unless('more of them came just now; ask again')
      await this.#links.tell(project, 'unlinked')
    })
  }

  documents(): readonly RecordDocument[] {
    return this.#documents.all()
  }

  digest(): string {
    const projects = [...new Set(this.#documents.all().map(({ id }) => id.project))]
    return textOf(this.#documents.rootOf(projects), 'base16')
  }

  /** Why this node keeps the project, whatever it is told; null where it does what it is told. */
  #reasonToKeep(project: string): string | null {
    const because = this.#links.because(project)
    if (because === 'votes') return 'it votes, and voters keep those of every project'
    return because === 'runs' || this.#writer.owes(project) ? 'it runs a task of it' : null
  }

  /** Why what is here may not go; null where a voter has the same. */
  async #reasonToHold(project: string): Promise<string | null> {
    for (const document of this.#documents.all(project))
      if ((await this.#closing.agrees(document)) === 0) return 'no voter answers that it has the same ones'
    return null
  }

  async #load(): Promise<void> {
    const { hash, logger } = this.#components
    let records = 0
    for await (const [id, bytes] of this.#disk.records()) {
      try {
        this.#documents.open(id).add([parseTaskRecord(bytes, hash)], 'disk')
        records++
      } catch (error) {
        if (!isCoterieError(error)) throw error
        logger.error({ ...id, code: error.code }, 'a stored task record is left out')
      }
    }
    logger.info({ records }, 'task records were loaded')
  }

  /** Nothing crosses the wire before all members know what it means. */
  #isSpoken(): boolean {
    return !this.#stopped && this.#components.decisions.view.meshVersion >= RECORDS_VERSION
  }

  /** A hint: what it does not bring, the next comparison does. */
  #tell(id: DocumentId, update: Uint8Array): void {
    const { connections, messages, topics } = this.#components
    if (!this.#isSpoken() || update.byteLength > GOSSIP_BYTES_MAX - HINT_OVERHEAD_BYTES) return
    const bytes = recordsHintCodec.encode({ ...id, update })
    const peers = connections.connected()
    if (peers.length > DIRECT_PEERS_MAX) topics.publish(RECORDS_TOPIC, bytes)
    else for (const peer of peers) messages.send(peer, PROTOCOLS.recordHints, bytes)
  }

  #onHint(from: NodeId, payload: Uint8Array): void {
    const waiting = this.#hintsWaiting.get(from) ?? 0
    if (this.#stopped || waiting >= HINTS_WAITING_MAX) return
    this.#hintsWaiting.set(from, waiting + 1)
    const take = async () => {
      const { update, ...id } = recordsHintCodec.decode(payload)
      await this.#intake.takeUpdate(id, update, from)
    }
    take()
      .catch((error: Error) =>
        this.#components.logger.warn({ from, error: error.message }, 'a hint of task records was not taken'),
      )
      .finally(() => {
        const left = (this.#hintsWaiting.get(from) ?? 1) - 1
        if (left > 0) this.#hintsWaiting.set(from, left)
        else this.#hintsWaiting.delete(from)
      })
  }

  #pull(peer: NodeId): void {
    if (this.#isSpoken()) void this.#puller.pull(peer)
  }

  #compare(): void {
    const { connections, random } = this.#components
    const connected = connections.connected()
    const peer = connected[Math.floor(random() * connected.length)]
    if (peer !== undefined) this.#pull(peer)
  }

  /** What fails is tried with the next one. @throws `storeFailed` */
  async #review(): Promise<void> {
    this.#writer.review()
    await this.#settling.review()
    if (this.#isSpoken()) await this.#closing.review()
  }

  #repeat(pauseMs: () => number, act: () => void): void {
    const at = this.#timers.length
    const again = () => {
      this.#timers[at] = this.#components.clock.after(pauseMs(), () => {
        act()
        if (!this.#stopped) again()
      })
    }
    again()
  }
}
