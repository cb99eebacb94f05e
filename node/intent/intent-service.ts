import { toString as textOf } from 'uint8arrays'
import {
  createRegisterSet,
  createRevision,
  createUnaccepted,
  HLC_ZERO,
  openCatalogue,
  pendingRevisions,
  type Register,
  type Revision,
  receiveHlc,
  refusedRevisions,
  registerName,
  tickHlc,
  trimmableRevisions,
} from '../../crdt/index.ts'
import type { DecisionView, Hlc, RevisionId } from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import { Hearing } from './hearing.ts'
import { type Holdings, rootOf } from './holdings.ts'
import { Intake } from './intake.ts'
import { IntentRecords } from './intent-records.ts'
import { CATALOGUE_BYTES_MAX, COMPARE_MAX_MS, COMPARE_MIN_MS } from './limits.ts'
import { loadIntent } from './load-intent.ts'
import { MissingRevisions } from './missing-revisions.ts'
import { OwnRegisters } from './own-registers.ts'
import { PeerClocks } from './peer-clocks.ts'
import { Puller } from './puller.ts'
import { Reviewing } from './reviewing.ts'
import { Room } from './room.ts'
import { INTENT_TOPIC, Spreading } from './spreading.ts'
import { Sweeping } from './sweeping.ts'
import { answerSync } from './sync-server.ts'
import type {
  IntentChange,
  IntentComponents,
  IntentInit,
  IntentService,
  NewRevision,
  Trimming,
} from './types.ts'

/** Origin of this node's own edits, the only ones whose updates are gossiped. */
const OWN_EDIT = 'own'

/** Client ids of Yjs have 32 bits. */
const CLIENT_IDS = 2 ** 32

/** A random number has 52 bits. */
const SEEDS = 2 ** 52 / CLIENT_IDS

export class LiveIntentService implements IntentService {
  readonly #components: IntentComponents
  readonly #self: NodeId
  readonly #holdings: Holdings
  readonly #records: IntentRecords
  readonly #intake: Intake
  readonly #own: OwnRegisters
  readonly #sweeping: Sweeping
  readonly #spreading: Spreading
  readonly #clocks: PeerClocks
  readonly #room: Room
  readonly #puller: Puller
  readonly #hearing: Hearing
  readonly #missing: MissingRevisions
  readonly #unaccepted: ReturnType<typeof createUnaccepted>
  readonly #reviewing: Reviewing
  readonly #listeners = new Set<(change: IntentChange) => void>()
  readonly #stopped = new AbortController()
  #hlc: Hlc = HLC_ZERO
  #cancelCompare: (() => void) | null = null

  constructor(
    components: IntentComponents,
    { self, onFailed, catalogueBytesMax = CATALOGUE_BYTES_MAX }: IntentInit,
  ) {
    const { random, hash } = components
    this.#components = components
    this.#self = self
    const drawn = random() * CLIENT_IDS
    const clientId = Math.floor(drawn)
    const records = new IntentRecords(components, self)
    const catalogue = openCatalogue({ clientId, hash, stored: records.revision })
    // Others see the client id, but not the rest of what was drawn.
    const seed = Math.floor((drawn - clientId) * SEEDS)
    const holdings = { catalogue, registers: createRegisterSet(hash, { seed, stored: records.register }) }
    this.#holdings = holdings
    this.#unaccepted = createUnaccepted(catalogue)
    this.#room = new Room(catalogue, catalogueBytesMax)
    this.#records = records
    this.#intake = new Intake({
      ...components,
      holdings,
      records,
      room: this.#room,
      taken: (taken) => this.#onTaken(taken),
    })
    this.#own = new OwnRegisters(
      { ...components, records, written: (registers) => this.#onWritten(registers) },
      self,
    )
    this.#sweeping = new Sweeping({
      ...components,
      self,
      holdings,
      records,
      own: this.#own,
    })
    this.#reviewing = new Reviewing({
      clock: components.clock,
      sweeping: this.#sweeping,
      unaccepted: this.#unaccepted,
      revision: catalogue.get,
      seek: (ids) => this.seek(ids),
      onFailed,
    })
    this.#spreading = new Spreading({ ...components, holdings })
    this.#clocks = new PeerClocks(components.clock)
    this.#puller = new Puller({
      ...components,
      holdings,
      clocks: this.#clocks,
      room: this.#room,
      intake: this.#intake,
      pulled: () => this.#spreading.digestSoon(),
    })
    this.#hearing = new Hearing({ ...components, holdings, intake: this.#intake, puller: this.#puller })
    this.#missing = new MissingRevisions({
      ...components,
      isStored: catalogue.has,
      fetch: (peer, ids) => this.#puller.fetch(peer, 'revisions', ids),
    })
  }

  async start(): Promise<void> {
    const { requests, messages, topics, connections, hash, clock } = this.#components
    this.#hlc = await loadIntent({ ...this.#components, holdings: this.#holdings, records: this.#records })
    await this.#own.start()
    this.#holdings.catalogue.onUpdate((update, origin) => {
      if (origin === OWN_EDIT) this.#spreading.update(update)
    })
    requests.handleRequest(PROTOCOLS.sync, async (_from, payload) =>
      answerSync(payload, { holdings: this.#holdings, hash, clock }),
    )
    messages.onMessage(PROTOCOLS.hints, this.#hearing.hear)
    topics.subscribe(INTENT_TOPIC, this.#hearing.hear)
    const unsubscribe = connections.onPeer(({ type, peer }) => {
      if (type === 'connected') this.#puller.pullSoon(peer)
      else this.#clocks.forget(peer)
    })
    this.#stopped.signal.addEventListener('abort', unsubscribe, { once: true })
    for (const peer of connections.connected()) this.#puller.pullSoon(peer)
    this.#compareLater()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#cancelCompare?.()
    this.#hearing.end()
    this.#reviewing.end()
    this.#missing.stop()
    await this.#own.stop()
    await this.#puller.stop()
    this.#spreading.stop()
    await this.#sweeping.stop()
    await this.#records.flush()
  }

  async write({ parents, ...rest }: NewRevision): Promise<Revision> {
    const { catalogue } = this.#holdings
    this.#room.checkEdit(rest.body)
    this.#hlc = tickHlc(this.#hlc, this.#components.clock.wallMs())
    const content = { ...rest, parents: [...parents], hlc: this.#hlc, author: this.#self }
    const revision = await createRevision(content, this.#components)
    await this.#records.storeRevisions([revision])
    catalogue.add([revision], OWN_EDIT)
    this.#onTaken({ revisions: [revision], registers: [] })
    return revision
  }

  revision(id: RevisionId): Revision | null {
    return this.#holdings.catalogue.get(id)
  }

  holds(id: RevisionId): boolean {
    return this.#holdings.catalogue.has(id)
  }

  resolveSpec(id: RevisionId): ServiceSpec | null {
    const body = this.revision(id)?.body
    return body?.type === 'spec' ? body.spec : null
  }

  whenStored(ids: readonly RevisionId[], { timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    return this.#missing.whenStored(ids, timeoutMs)
  }

  seek(ids: readonly RevisionId[]): Promise<void> {
    return this.#missing.seek(ids)
  }

  pending(view: Pick<DecisionView, 'objects' | 'edges'>): readonly Revision[] {
    return pendingRevisions(this.#unaccepted.of(view), view)
  }

  refused(view: Pick<DecisionView, 'objects' | 'edges'>): readonly Revision[] {
    return refusedRevisions(this.#unaccepted.of(view), view)
  }

  trimmable(view: Pick<DecisionView, 'objects' | 'edges' | 'aging' | 'tasksOf'>): Iterable<Trimming> {
    return trimmableRevisions(this.#unaccepted.of(view), view, this.#components.clock.wallMs())
  }

  dropTrimmed(named: Iterable<RevisionId>, view: Pick<DecisionView, 'objects'>): void {
    this.#reviewing.dropTrimmed(named, view)
  }

  review(view: Pick<DecisionView, 'objects'>): void {
    this.#reviewing.review(view)
  }

  forgetSoon(key: string): void {
    this.#reviewing.forgetSoon(key)
  }

  setRegister(key: string, value: Uint8Array): void {
    this.#own.set(key, value)
  }

  register(node: NodeId, key: string): Register | null {
    return this.#holdings.registers.get(registerName({ node, key }))
  }

  registers(prefix: string): readonly Register[] {
    return [...this.#holdings.registers.entries(prefix)]
  }

  clocksAheadMs(): ReadonlyMap<NodeId, number> {
    return this.#clocks.aheadMs()
  }

  digest(): string {
    return textOf(rootOf(this.#holdings, this.#components.hash), 'base16')
  }

  onChange(listener: (change: IntentChange) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Its own readings a node takes whole, however far ahead its clock was: they only ever rise. */
  #seeClocks(revisions: readonly Revision[]): void {
    const wallMs = this.#components.clock.wallMs()
    for (const { author, hlc } of revisions)
      this.#hlc = receiveHlc(this.#hlc, hlc, author === this.#self ? hlc.wallMs : wallMs)
  }

  #onTaken(change: IntentChange): void {
    this.#seeClocks(change.revisions)
    this.#unaccepted.add(change.revisions)
    if (change.revisions.length > 0) this.#missing.stored()
    for (const register of change.registers) if (register.node === this.#self) this.#own.meet(register)
    this.#notify(change)
  }

  #onWritten(written: readonly Register[]): void {
    const registers = written.filter((register) => this.#holdings.registers.merge(register))
    for (const register of registers) this.#records.storeRegister(register)
    this.#spreading.registers(registers)
    // The last words about a task that left the log: nobody else takes them.
    for (const { node, key } of registers) if (this.#components.forgotten(node, key)) this.forgetSoon(key)
    this.#notify({ revisions: [], registers })
  }

  #notify(change: IntentChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  #compareLater(): void {
    const { clock, random, connections } = this.#components
    const pauseMs = COMPARE_MIN_MS + random() * (COMPARE_MAX_MS - COMPARE_MIN_MS)
    this.#cancelCompare = clock.after(pauseMs, () => {
      this.#reviewing.step()
      const connected = connections.connected()
      const peer = connected[Math.floor(random() * connected.length)]
      if (peer !== undefined) this.#puller.pullSoon(peer, 0)
      this.#compareLater()
    })
  }
}
