/**
 * One socket for each place where a discovery speaks, following the interfaces of the machine.
 *
 * Guarantees: a place that fails is warned of once and tried again at the next look; the others go on.
 */

import type { Clock } from '../../ports/clock.ts'
import type { Logger } from '../../ports/logger.ts'
import { createTimers, type Timers } from './timers.ts'

/** Questions after the start and on a new interface: the first may be lost, and a join waits for the answer. */
const FIRST_QUESTIONS_MS = [0, 200, 1_000]
/** Questions later on, for those that were away. */
const QUESTION_INTERVAL_MS = 30_000
/** How soon a new interface, or a change of our own addresses, is seen. */
const RESCAN_INTERVAL_MS = 5_000

/** Where to look: on every interface, on those of these names, or on this machine alone. */
export type Interfaces = 'all' | 'loopback' | readonly string[]

export interface SocketEvents {
  /** Something went wrong; the socket goes on. */
  onWarning(error: Error): void
  /** The socket is of no use, and closed. */
  onFailure(error: Error): void
}

interface Closable {
  close(): Promise<void>
}

export interface InterfaceSocketsInit<Place, Socket extends Closable> {
  /** As it is told in the log. */
  readonly what: string
  /** Where to speak now, by a key. */
  places(): ReadonlyMap<string, Place>
  open(place: Place, events: SocketEvents): Socket
  /** Asks at one place. */
  ask(socket: Socket): void
  /** After each look at the interfaces; `isNew` where a place was added. */
  onLook?(isNew: boolean): void
}

export class InterfaceSockets<Place, Socket extends Closable> {
  readonly timers: Timers
  readonly #logger: Logger
  readonly #init: InterfaceSocketsInit<Place, Socket>
  readonly #sockets = new Map<string, Socket>()
  /** What went wrong last, by place. */
  readonly #troubles = new Map<string, string>()

  constructor(
    { logger, clock }: { readonly logger: Logger; readonly clock: Clock },
    init: InterfaceSocketsInit<Place, Socket>,
  ) {
    this.#logger = logger
    this.#init = init
    this.timers = createTimers(clock)
  }

  start(): void {
    this.#look()
    this.timers.every(QUESTION_INTERVAL_MS, () => this.#ask())
    this.timers.every(RESCAN_INTERVAL_MS, () => this.#look())
  }

  async stop(): Promise<void> {
    this.timers.stop()
    const sockets = this.all()
    this.#sockets.clear()
    await Promise.all(sockets.map((socket) => socket.close()))
  }

  all(): readonly Socket[] {
    return [...this.#sockets.values()]
  }

  /** Why nothing may be heard, for people; null where at least one place is in order. */
  trouble(): string | null {
    if ([...this.#sockets.keys()].some((key) => !this.#troubles.has(key))) return null
    const told = [...this.#troubles].map(([key, detail]) => `${key}: ${detail}`)
    return told.length === 0 ? 'there is no network interface for it' : told.join('; ')
  }

  #look(): void {
    const wanted = this.#init.places()
    for (const [key, socket] of this.#sockets) {
      if (wanted.has(key)) continue
      this.#sockets.delete(key)
      this.#troubles.delete(key)
      void socket.close()
    }
    const added = [...wanted].filter(([key]) => !this.#sockets.has(key))
    for (const [key, place] of added) this.#open(key, place)
    if (added.length > 0)
      for (const afterMs of FIRST_QUESTIONS_MS) this.timers.after(afterMs, () => this.#ask())
    this.#init.onLook?.(added.length > 0)
  }

  #open(key: string, place: Place): void {
    const socket: Socket = this.#init.open(place, {
      onWarning: (error) => this.#warn(key, error),
      onFailure: (error) => {
        this.#warn(key, error)
        if (this.#sockets.get(key) === socket) this.#sockets.delete(key)
      },
    })
    this.#sockets.set(key, socket)
  }

  #ask(): void {
    for (const socket of this.all()) this.#init.ask(socket)
  }

  #warn(key: string, error: Error): void {
    const known = this.#troubles.has(key)
    this.#troubles.set(key, error.message)
    if (!known)
      this.#logger.warn({ error, interface: key }, `${this.#init.what} does not work on an interface`)
  }
}
