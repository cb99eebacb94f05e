/** One daemon's calls to its engine: each has a deadline and may be given up, as those of `docker-runtime` are. */
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { Settle } from '../settle.ts'
import type { EngineService } from './engine-types.ts'

/** As `node/agent/docker-runtime` has them. */
export const LOOK_TIMEOUT_MS = 5_000
export const ACT_TIMEOUT_MS = 60_000

export interface CallOptions {
  readonly durationMs: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** @throws `engineUnreachable`, what `signal` was aborted with, what `perform` throws */
export type Call = <Result>(
  options: CallOptions,
  perform: (answer: (result: Result) => void) => void,
) => Promise<Result>

export const createCall =
  (engine: EngineService, after: (afterMs: number, task: () => void) => () => void, settle: Settle): Call =>
  ({ durationMs, timeoutMs, signal }, perform) =>
    new Promise((resolve, reject) => {
      const life = engine.daemonLife()
      let isOver = false
      const finish = (tell: () => void): void => {
        if (isOver) return
        isOver = true
        cancelDeadline()
        signal?.removeEventListener('abort', abort)
        tell()
      }
      const abort = (): void => finish(() => reject(signal?.reason))
      const deliver = (tell: () => void): void => {
        if (engine.daemonLife() === life) settle(() => finish(tell))
      }
      const fail = (error: unknown): void => deliver(() => reject(error))
      const cancelDeadline = after(timeoutMs, () =>
        fail(new CoterieError('engineUnreachable', { detail: `no answer within ${timeoutMs} ms` })),
      )
      signal?.addEventListener('abort', abort, { once: true })
      if (signal?.aborted) return abort()
      engine.submit({
        durationMs,
        isAbandoned: () => isOver || engine.daemonLife() !== life,
        fail,
        perform: (done) => {
          try {
            perform((result) => {
              done()
              deliver(() => resolve(result))
            })
          } catch (error) {
            done()
            fail(error)
          }
        },
      })
    })
