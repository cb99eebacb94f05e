/**
 * WebRTC for the daemon, in a process of its own that starts with the first session and ends after the last.
 *
 * Why a process: encrypting a download in JavaScript fills a core, and must not delay the daemon's probes and votes;
 * werift throws in places where only a process-wide handler catches, and a stranger's packet must not reach that of
 * the daemon; its 70 MB go back to the system, which a thread's do not; and it needs none of the daemon's keys.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { CoterieError, ERRORS, isCoterieError } from '../../protocols/errors/index.ts'
import type { SessionId } from '../messages.ts'
import type { FromPeerProcess, ToPeerProcess } from './process-messages.ts'
import type { OpenUpstream } from './upstream.ts'

export type { OpenUpstream, UpstreamAddress } from './upstream.ts'

/** How long the process waits for another session: a reload of the last page must not start it anew. */
const IDLE_MS = 60_000
/** How long it may take to say farewell before it is killed. */
const STOP_TIMEOUT_MS = 2_000

export interface PeerEngineComponents {
  /** Where the service listens on this node. @throws `serviceNotHere` */
  readonly openUpstream: OpenUpstream
  /** Runs `task` once after `afterMs`; the returned function cancels it. */
  readonly after: (afterMs: number, task: () => void) => () => void
  readonly onOpened: (session: SessionId) => void
  /** Told once for each session that was answered and is over; `code` is a wire number. */
  readonly onClosed: (session: SessionId, code: number) => void
  /** A fault inside the WebRTC part that harmed nothing else. */
  readonly onFault: (detail: string) => void
}

export interface PeerEngineInit {
  /** Addresses at which browsers may find this node; null for all that it has. */
  readonly addresses: readonly string[] | null
}

export interface PeerEngine {
  /** @throws `offerRefused`, `channelLost` when the process ended meanwhile */
  answer(session: SessionId, service: string, sdp: string): Promise<string>
  close(session: SessionId): void
  /** Tells every browser, and ends the process. */
  stop(): Promise<void>
}

interface Pending {
  readonly service: string
  resolve(sdp: string): void
  reject(error: Error): void
}

class ForkedEngine implements PeerEngine {
  readonly #components: PeerEngineComponents
  readonly #init: PeerEngineInit
  readonly #pending = new Map<SessionId, Pending>()
  readonly #live = new Set<SessionId>()
  #child: ChildProcess | null = null
  #cancelIdle: () => void = () => undefined

  constructor(components: PeerEngineComponents, init: PeerEngineInit) {
    this.#components = components
    this.#init = init
  }

  answer(session: SessionId, service: string, sdp: string): Promise<string> {
    this.#cancelIdle()
    this.#live.add(session)
    return new Promise((resolve, reject) => {
      this.#pending.set(session, { service, resolve, reject })
      this.#post({ type: 'answer', session, service, sdp, addresses: this.#init.addresses })
    })
  }

  close(session: SessionId): void {
    if (this.#live.has(session)) this.#post({ type: 'close', session })
  }

  async stop(): Promise<void> {
    this.#cancelIdle()
    const child = this.#child
    this.#child = null
    this.#loseAll()
    if (child === null || child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.disconnect()
    const cancel = this.#components.after(STOP_TIMEOUT_MS, () => child.kill('SIGKILL'))
    await exited
    cancel()
  }

  #post(message: ToPeerProcess): void {
    this.#child ??= this.#startChild()
    // A process that has just died is told of by its exit.
    this.#child.send(message, () => undefined)
  }

  #startChild(): ChildProcess {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const entry = fileURLToPath(new URL(`./peer-process.${extension}`, import.meta.url))
    const child = fork(entry, { env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    child.unref()
    child.channel?.unref()
    child.on('message', (message: FromPeerProcess) => {
      if (this.#child === child) this.#onMessage(message)
    })
    child.on('error', (error) => this.#components.onFault(error.message))
    child.on('exit', () => {
      if (this.#child !== child) return
      this.#child = null
      this.#loseAll()
    })
    return child
  }

  #onMessage(message: FromPeerProcess): void {
    switch (message.type) {
      case 'answered':
        this.#take(message.session)?.resolve(message.sdp)
        break
      case 'failed':
        this.#release(message.session)
        this.#take(message.session)?.reject(new CoterieError('offerRefused', { detail: message.detail }))
        break
      case 'opened':
        this.#components.onOpened(message.session)
        break
      case 'closed':
        this.#release(message.session)
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
    this.#child?.send({ type: 'upstream', request, address } satisfies ToPeerProcess, () => undefined)
  }

  #take(session: SessionId): Pending | undefined {
    const pending = this.#pending.get(session)
    this.#pending.delete(session)
    return pending
  }

  #release(session: SessionId): void {
    this.#live.delete(session)
    if (this.#live.size > 0) return
    this.#cancelIdle()
    this.#cancelIdle = this.#components.after(IDLE_MS, () => void this.stop())
  }

  /** The process is gone, and every session with it. */
  #loseAll(): void {
    for (const { service, reject } of this.#pending.values())
      reject(new CoterieError('channelLost', { service }))
    this.#pending.clear()
    const lost = [...this.#live]
    this.#live.clear()
    for (const session of lost) this.#components.onClosed(session, ERRORS.channelLost.wire)
  }
}

/** Makes the engine; its process starts with the first offer and ends some time after the last session. */
export const createPeerEngine = (components: PeerEngineComponents, init: PeerEngineInit): PeerEngine =>
  new ForkedEngine(components, init)
