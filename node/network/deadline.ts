import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { RequestOptions } from '../ports/network.ts'

/** The `peerUnreachable` that stands for a library's error; coded errors pass as they are. */
export const unreachable = (peer: NodeId, error: unknown): CoterieError => {
  if (isCoterieError(error)) return error
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error
  const detail = first instanceof Error ? first.message : String(first)
  return new CoterieError('peerUnreachable', { peer, detail }, { cause: error })
}

/**
 * Runs `work` until its time is up or the caller's signal fires; the signal given to `work` fires then too.
 * @throws `requestTimedOut`, the caller's abort reason, or what `work` threw, turned into `peerUnreachable` unless coded
 */
export const withDeadline = async <Result>(
  clock: Clock,
  target: { readonly peer: NodeId; readonly protocol: string },
  { timeoutMs, signal }: RequestOptions,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  ended.catch(() => {})
  const end = (reason: unknown): void => {
    reject(reason)
    controller.abort(reason)
  }
  const cancel = clock.after(timeoutMs, () =>
    end(new CoterieError('requestTimedOut', { ...target, timeoutMs })),
  )
  const onAbort = (): void => end(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work(controller.signal), ended])
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason
    throw unreachable(target.peer, error)
  } finally {
    cancel()
    signal?.removeEventListener('abort', onAbort)
  }
}
