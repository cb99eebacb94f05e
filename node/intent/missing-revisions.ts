/** Fetches revisions that someone waits for, from whoever is connected, until they are here. */
import type { RevisionId } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Connections } from '../ports/network.ts'
import { MISSING_RETRY_MS, SEEK_PEERS_MAX } from './limits.ts'

export interface MissingRevisionsComponents {
  readonly connections: Pick<Connections, 'connected'>
  readonly clock: Clock
  readonly logger: Logger
  isStored(id: RevisionId): boolean
  fetch(peer: NodeId, ids: readonly RevisionId[]): Promise<void>
}

interface Waiter {
  readonly ids: readonly RevisionId[]
  settle(): void
  giveUp(): void
}

export class MissingRevisions {
  readonly #components: MissingRevisionsComponents
  readonly #waiters = new Set<Waiter>()
  /** Peers that are being asked: one that hangs holds up nobody else. */
  readonly #asked = new Set<NodeId>()
  #cancelRetry: (() => void) | null = null
  #stopped = false

  constructor(components: MissingRevisionsComponents) {
    this.#components = components
  }

  /** Resolves once all are stored here. @throws `revisionMissing` when time is up, or `stop` is called */
  whenStored(ids: readonly RevisionId[], timeoutMs: number): Promise<void> {
    if (this.#missing(ids).length === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiters.delete(waiter)
        cancel()
      }
      const waiter: Waiter = {
        ids,
        settle: () => {
          end()
          resolve()
        },
        giveUp: () => {
          end()
          reject(new CoterieError('revisionMissing', { revisions: this.#missing(ids) }))
        },
      }
      const cancel = this.#components.clock.after(timeoutMs, waiter.giveUp)
      this.#waiters.add(waiter)
      if (this.#stopped) waiter.giveUp()
      else this.#ask()
    })
  }

  /** Whoever waits, or will, waits in vain. */
  stop(): void {
    this.#stopped = true
    this.#cancelRetry?.()
    for (const waiter of this.#waiters) waiter.giveUp()
  }

  /** Asks a few who are connected, one after the other, until all are stored or these have answered. */
  async seek(ids: readonly RevisionId[]): Promise<void> {
    const { connections, fetch } = this.#components
    for (const peer of connections.connected().slice(0, SEEK_PEERS_MAX)) {
      const missing = this.#missing(ids)
      if (missing.length > 0) await fetch(peer, missing).catch((error: Error) => this.#onFailed(peer, error))
    }
  }

  /** To be called when revisions were stored, whatever way they came. */
  stored(): void {
    for (const waiter of this.#waiters) if (this.#missing(waiter.ids).length === 0) waiter.settle()
  }

  #missing(ids: readonly RevisionId[]): RevisionId[] {
    return ids.filter((id) => !this.#components.isStored(id))
  }

  /** Asks everybody who is connected and not being asked, now and again while somebody waits. */
  #ask(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = null
    if (this.#waiters.size === 0) return
    const ids = this.#missing([...new Set([...this.#waiters].flatMap((waiter) => waiter.ids))])
    for (const peer of this.#components.connections.connected()) {
      if (!this.#asked.has(peer)) this.#askPeer(peer, ids)
    }
    this.#cancelRetry = this.#components.clock.after(MISSING_RETRY_MS, () => this.#ask())
  }

  #askPeer(peer: NodeId, ids: readonly RevisionId[]): void {
    this.#asked.add(peer)
    this.#components
      .fetch(peer, ids)
      .catch((error: Error) => this.#onFailed(peer, error))
      .finally(() => this.#asked.delete(peer))
  }

  #onFailed(peer: NodeId, { message }: Error): void {
    this.#components.logger.debug({ peer, error: message }, 'a revision could not be fetched')
  }
}
