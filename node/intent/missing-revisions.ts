/** Fetches revisions that someone waits for, from whoever is connected, until they are here. */
import type { RevisionId } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Connections } from '../ports/network.ts'
import { MISSING_RETRY_MS } from './limits.ts'

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
}

export class MissingRevisions {
  readonly #components: MissingRevisionsComponents
  readonly #waiters = new Set<Waiter>()
  #fetching = false
  #cancelRetry: (() => void) | null = null

  constructor(components: MissingRevisionsComponents) {
    this.#components = components
  }

  /** Resolves once all are stored here. @throws `revisionMissing` when `signal` aborts first */
  whenStored(ids: readonly RevisionId[], signal: AbortSignal): Promise<void> {
    if (this.#missing(ids).length === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiters.delete(waiter)
        signal.removeEventListener('abort', giveUp)
      }
      const giveUp = () => {
        end()
        reject(new CoterieError('revisionMissing', { revisions: this.#missing(ids) }))
      }
      const waiter: Waiter = {
        ids,
        settle: () => {
          end()
          resolve()
        },
      }
      if (signal.aborted) return giveUp()
      signal.addEventListener('abort', giveUp, { once: true })
      this.#waiters.add(waiter)
      this.#fetchSoon()
    })
  }

  /** To be called when revisions were stored, whatever way they came. */
  stored(): void {
    for (const waiter of this.#waiters) if (this.#missing(waiter.ids).length === 0) waiter.settle()
  }

  #missing(ids: readonly RevisionId[]): RevisionId[] {
    return ids.filter((id) => !this.#components.isStored(id))
  }

  #fetchSoon(): void {
    if (this.#fetching || this.#waiters.size === 0) return
    this.#cancelRetry?.()
    this.#cancelRetry = null
    this.#fetching = true
    this.#askEverybody().finally(() => {
      this.#fetching = false
      if (this.#waiters.size > 0) {
        this.#cancelRetry = this.#components.clock.after(MISSING_RETRY_MS, () => this.#fetchSoon())
      }
    })
  }

  async #askEverybody(): Promise<void> {
    const { connections, fetch, logger } = this.#components
    for (const peer of connections.connected()) {
      const wanted = this.#missing([...new Set([...this.#waiters].flatMap(({ ids }) => ids))])
      if (wanted.length === 0) return
      try {
        await fetch(peer, wanted)
      } catch (error) {
        logger.debug({ peer, error: (error as Error).message }, 'a revision could not be fetched')
      }
    }
  }
}
