/**
 * WebRTC for the daemon, in a thread of its own.
 *
 * Why a thread: encrypting a download in JavaScript fills a core, and must not delay the daemon's probes and votes;
 * werift throws in places where only a process-wide handler catches, and a stranger's packet must not reach that of
 * the daemon; and its memory goes back when the last page is closed. It starts with the first session.
 */
import { Worker } from 'node:worker_threads'
import { CoterieError, ERRORS, isCoterieError } from '../../protocols/errors/index.ts'
import type { SessionId } from '../messages.ts'
import type { FromThread, ThreadInit, ToThread } from './thread-messages.ts'
import type { OpenUpstream } from './upstream.ts'

export type { UpstreamAddress } from './headers.ts'
export type { OpenUpstream } from './upstream.ts'

/** How long the thread waits for another session before it ends: a reload of the last page must not start it anew. */
export const THREAD_IDLE_MS = 60_000

export interface PeerEngineComponents {
  /** Where the service listens on this node. @throws `serviceNotHere` */
  readonly openUpstream: OpenUpstream
  /** Runs `task` once after `afterMs`; the returned function cancels it. */
  readonly after: (afterMs: number, task: () => void) => () => void
  readonly onOpened: (session: SessionId) => void
  readonly onClosed: (session: SessionId, code: number) => void
  /** A fault inside the WebRTC part that harmed nothing else. */
  readonly onFault: (detail: string) => void
}

export interface PeerEngine {
  /** @throws `offerRefused`, `channelLost` when the thread ended meanwhile */
  answer(session: SessionId, service: string, sdp: string): Promise<string>
  close(session: SessionId): void
  /** Ends every session at once. */
  stop(): Promise<void>
}

interface Pending {
  readonly service: string
  resolve(sdp: string): void
  reject(error: Error): void
}

class ThreadedEngine implements PeerEngine {
  readonly #components: PeerEngineComponents
  readonly #init: ThreadInit
  readonly #pending = new Map<SessionId, Pending>()
  readonly #live = new Set<SessionId>()
  #thread: Worker | null = null
  #cancelIdle: () => void = () => undefined

  constructor(components: PeerEngineComponents, init: ThreadInit) {
    this.#components = components
    this.#init = init
  }

  answer(session: SessionId, service: string, sdp: string): Promise<string> {
    this.#cancelIdle()
    this.#live.add(session)
    return new Promise((resolve, reject) => {
      this.#pending.set(session, { service, resolve, reject })
      this.#post({ type: 'answer', session, service, sdp })
    })
  }

  close(session: SessionId): void {
    if (!this.#live.has(session)) return
    this.#post({ type: 'close', session })
    this.#forget(session)
  }

  async stop(): Promise<void> {
    this.#cancelIdle()
    const thread = this.#thread
    this.#thread = null
    await thread?.terminate()
    this.#loseAll()
  }

  #post(message: ToThread): void {
    this.#thread ??= this.#startThread()
    this.#thread.postMessage(message)
  }

  #startThread(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const thread = new Worker(new URL(`./thread.${extension}`, import.meta.url), { workerData: this.#init })
    thread.unref()
    thread.on('message', (message: FromThread) => this.#onMessage(message))
    thread.on('error', (error: Error) => this.#components.onFault(error.message))
    thread.on('exit', () => {
      if (this.#thread !== thread) return
      this.#thread = null
      this.#loseAll()
    })
    return thread
  }

  #onMessage(message: FromThread): void {
    switch (message.type) {
      case 'answered':
        this.#take(message.session)?.resolve(message.sdp)
        break
      case 'failed':
        this.#take(message.session)?.reject(new CoterieError('offerRefused', { detail: message.detail }))
        this.#forget(message.session)
        break
      case 'opened':
        this.#components.onOpened(message.session)
        break
      case 'closed':
        this.#forget(message.session)
        this.#components.onClosed(message.session, message.code)
        break
      case 'openUpstream':
        void this.#openUpstream(message.request, message.service)
        break
      case 'fault':
        this.#components.onFault(message.detail)
    }
  }

  async #openUpstream(request: number, service: string): Promise<void> {
    const address = await this.#components.openUpstream(service).catch((error: unknown) => {
      if (!isCoterieError(error)) this.#components.onFault(String(error))
      return null
    })
    this.#thread?.postMessage({ type: 'upstream', request, address } satisfies ToThread)
  }

  #take(session: SessionId): Pending | undefined {
    const pending = this.#pending.get(session)
    this.#pending.delete(session)
    return pending
  }

  #forget(session: SessionId): void {
    this.#live.delete(session)
    if (this.#live.size > 0) return
    this.#cancelIdle()
    this.#cancelIdle = this.#components.after(THREAD_IDLE_MS, () => void this.stop())
  }

  /** The thread is gone, and every session with it. */
  #loseAll(): void {
    for (const { service, reject } of this.#pending.values())
      reject(new CoterieError('channelLost', { service }))
    this.#pending.clear()
    const lost = [...this.#live]
    this.#live.clear()
    for (const session of lost) this.#components.onClosed(session, ERRORS.channelLost.wire)
  }
}

/** Makes the engine; its thread starts with the first offer and ends some time after the last session. */
export const createPeerEngine = (components: PeerEngineComponents, init: ThreadInit): PeerEngine =>
  new ThreadedEngine(components, init)
