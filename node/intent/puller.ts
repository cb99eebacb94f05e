/** Pulls from peers what this node lacks, one peer at a time. See docs/design/revisions.md for the questions. */
import { equals } from 'uint8arrays'
import {
  compareAnswerCodec,
  differingBuckets,
  fetchAnswerCodec,
  type Hash,
  listAnswerCodec,
  SYNC_NAMES_MAX,
  type SyncKind,
  type SyncRequest,
  syncRequestCodec,
} from '../../crdt/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Connections, Requests } from '../ports/network.ts'
import { type Holdings, indexOf, rootOf, SYNC_KINDS } from './holdings.ts'
import type { Intake } from './intake.ts'
import { COMPARE_TIMEOUT_MS, NAMES_MAX, PULL_JITTER_MS, PULL_RETRY_MS, SYNC_TIMEOUT_MS } from './limits.ts'
import type { PeerClocks } from './peer-clocks.ts'
import type { Room } from './room.ts'

export interface PullerComponents {
  readonly requests: Requests
  readonly connections: Pick<Connections, 'connected'>
  readonly holdings: Holdings
  readonly intake: Intake
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly hash: Hash
  readonly clocks: PeerClocks
  readonly room: Room
  /** Called after a pull that brought something. */
  pulled(): void
}

export class Puller {
  readonly #components: PullerComponents
  /** Peer -> ends its wait for its turn. */
  readonly #waiting = new Map<NodeId, () => void>()
  readonly #stopped = new AbortController()
  #turn: Promise<void> = Promise.resolve()

  constructor(components: PullerComponents) {
    this.#components = components
  }

  /** Pulls from the peer soon; what is already waiting for that peer covers this one too. */
  pullSoon(peer: NodeId, afterMs = this.#components.random() * PULL_JITTER_MS): void {
    if (this.#stopped.signal.aborted || this.#waiting.has(peer)) return
    const cancel = this.#components.clock.after(afterMs, () => {
      this.#turn = this.#turn.then(async () => {
        this.#waiting.delete(peer)
        await this.#tryPull(peer)
      })
    })
    this.#waiting.set(peer, cancel)
  }

  /** Asks the peer for records by name and takes them, page by page while there is room. @throws what the request throws, `storeFailed` */
  async fetch(
    peer: NodeId,
    kind: SyncKind,
    names: readonly string[],
    hasRoom: () => boolean = () => true,
  ): Promise<void> {
    const { intake } = this.#components
    let wanted = [...names]
    while (wanted.length > 0 && hasRoom()) {
      const page = wanted.slice(0, SYNC_NAMES_MAX)
      const answer = await this.#ask(peer, { type: 'fetch', kind, names: page })
      const { records, done } = fetchAnswerCodec.decode(answer)
      if (kind === 'revisions') await intake.takeRevisions(records, peer)
      else await intake.takeRegisters(records, peer)
      wanted = wanted.slice(done)
    }
  }

  /** Ends what is under way; nothing is pulled any more. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    for (const cancel of this.#waiting.values()) cancel()
    await this.#turn
  }

  async #tryPull(peer: NodeId): Promise<void> {
    const { connections, logger, pulled } = this.#components
    if (!connections.connected().includes(peer)) return
    try {
      if (await this.#pull(peer)) pulled()
    } catch (error) {
      if (this.#stopped.signal.aborted) return
      logger.debug({ peer, error: (error as Error).message }, 'a pull failed')
      // One that hangs is left to the regular comparison: others wait for their turn.
      if (!isCoterieError(error, 'requestTimedOut')) this.pullSoon(peer, PULL_RETRY_MS)
    }
  }

  /** True when the peer had something that was not here. */
  async #pull(peer: NodeId): Promise<boolean> {
    const { holdings, hash, clock, clocks, room, logger } = this.#components
    const root = rootOf(holdings, hash)
    const askedAtMs = clock.nowMs()
    const theirs = compareAnswerCodec.decode(await this.#ask(peer, { type: 'compare', root }))
    clocks.note(peer, theirs.wallMs, askedAtMs)
    if (theirs.type === 'same') return false
    for (const kind of SYNC_KINDS) {
      const names = await this.#missing(peer, kind, theirs[kind])
      // Registers are bounded by their owners; revisions that nobody named come only while there is room.
      await this.fetch(peer, kind, names, () => kind === 'registers' || room.isOpen())
    }
    if (!room.isOpen())
      logger.warn({ peer, code: 'documentFull' }, 'the catalogue is full; revisions were left out')
    return !equals(root, rootOf(holdings, hash))
  }

  /** Names at the peer whose record here is another one, or none. */
  async #missing(peer: NodeId, kind: SyncKind, digests: Uint8Array): Promise<string[]> {
    const here = indexOf(this.#components.holdings, kind)
    const names: string[] = []
    let buckets = differingBuckets(here.digests(), digests)
    let after = ''
    while (buckets.length > 0 && names.length < NAMES_MAX) {
      const request: SyncRequest = { type: 'list', kind, buckets, ...(after !== '' && { after }) }
      const { items, done, more } = listAnswerCodec.decode(await this.#ask(peer, request))
      for (const { name, hash } of items) {
        const ours = here.get(name)
        if (ours === null || !equals(ours, hash)) names.push(name)
      }
      const last = items.at(-1)?.name ?? ''
      const goesOn = more === true && last > after
      after = goesOn ? last : ''
      if (!goesOn) buckets = buckets.slice(done)
    }
    return names
  }

  #ask(peer: NodeId, request: SyncRequest): Promise<Uint8Array> {
    return this.#components.requests.request(peer, PROTOCOLS.sync, syncRequestCodec.encode(request), {
      timeoutMs: request.type === 'compare' ? COMPARE_TIMEOUT_MS : SYNC_TIMEOUT_MS,
      signal: this.#stopped.signal,
    })
  }
}
