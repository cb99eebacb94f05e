/**
 * Calls to the engine: the library is loaded at the first one that finds its socket, each has a deadline, and each failure is coded.
 */
import { access } from 'node:fs/promises'
import type Docker from 'dockerode'
import { CoterieError, isCoterieError } from '../../../protocols/errors/index.ts'
import type { Clock } from '../../ports/clock.ts'

/** A look at the engine; a healthy one answers in milliseconds. */
export const LOOK_TIMEOUT_MS = 5_000
/** Creating, starting, removing: slow disks, large images. */
export const ACT_TIMEOUT_MS = 60_000

export interface CallOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface Engine {
  /**
   * One call. The signal given to it aborts at the deadline; the call is given up then even if the library hangs, which
   * it does when the engine goes away in the middle of an answer.
   * @throws `engineUnreachable`, what `signal` was aborted with, or an `EngineRefusal`
   */
  call<Result>(
    options: CallOptions,
    perform: (docker: Docker, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>
}

/** The engine answered, and said no. */
export interface EngineRefusal extends Error {
  readonly statusCode: number
}

export const isRefusal = (error: unknown, ...statusCodes: readonly number[]): error is EngineRefusal => {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number')
    return false
  return statusCodes.length === 0 || statusCodes.includes(error.statusCode)
}

/** The engine's own words, without the library's preamble. */
export const refusalText = (error: EngineRefusal): string =>
  error.message.replace(/^\(HTTP code \d+\) .*? - /s, '').trim()

/** A refusal or a coded error as it is; anything else means that the engine cannot be spoken with. */
export const codedError = (error: unknown): unknown => {
  if (isRefusal(error) || isCoterieError(error)) return error
  const { message, code } = error as NodeJS.ErrnoException
  const hint = code === 'EACCES' ? ' (the user of coterie may not use the socket)' : ''
  return new CoterieError('engineUnreachable', { detail: `${message}${hint}` }, { cause: error })
}

const rejection = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** `socketPath` null: what `DOCKER_HOST` names, or the default socket. */
export const createEngine = (clock: Clock, socketPath: string | null): Engine => {
  let loading: Promise<Docker> | null = null
  const load = async (): Promise<Docker> => {
    const { default: Library } = await import('dockerode')
    // Without `host` the library would prefer DOCKER_HOST to the path.
    return socketPath === null ? new Library() : new Library({ socketPath, host: undefined })
  }
  /** A machine without Docker is spared its library: a tenth of a second, and some megabytes. */
  const found = async (): Promise<void> => {
    if (socketPath === null) return
    await access(socketPath).catch((error: unknown) => {
      throw codedError(error)
    })
  }
  return {
    call: async ({ timeoutMs, signal }, perform) => {
      if (loading === null) await found()
      loading ??= load()
      const docker = await loading
      const ended = new AbortController()
      const cancelDeadline = clock.after(timeoutMs, () =>
        ended.abort(new Error(`no answer within ${timeoutMs} ms`)),
      )
      const abort = () => ended.abort(signal?.reason)
      signal?.addEventListener('abort', abort, { once: true })
      try {
        signal?.throwIfAborted()
        return await Promise.race([perform(docker, ended.signal), rejection(ended.signal)])
      } catch (error) {
        throw signal?.aborted ? error : codedError(error)
      } finally {
        cancelDeadline()
        signal?.removeEventListener('abort', abort)
      }
    },
  }
}
