import type { LogLine, LogsOptions } from '../../ports/runtime.ts'
import type { Settle } from '../settle.ts'
import type { Container } from './container.ts'

/** Resolves at the container's next line or change, or when `signal` aborts. */
const next = (container: Container, signal: AbortSignal, settle: Settle): Promise<void> =>
  new Promise((resolve) => {
    const abort = (): void => {
      forget()
      resolve()
    }
    const forget = container.onNext(() => {
      signal.removeEventListener('abort', abort)
      settle(resolve)
    })
    signal.addEventListener('abort', abort, { once: true })
  })

/** The lines of a container, as `Runtime.logs` promises them. */
export async function* followLines(
  container: Container,
  { tail, follow, signal }: LogsOptions,
  settle: Settle,
): AsyncGenerator<LogLine> {
  let at = tail === null ? 0 : Math.max(0, container.linesFrom(0).next - tail)
  for (;;) {
    const found = container.linesFrom(at)
    at = found.next
    for (const line of found.lines) {
      if (signal.aborted) return
      yield line
    }
    if (signal.aborted || !follow) return
    if (at < container.linesFrom(at).next) continue
    if (!container.view().isRunning) return
    await next(container, signal, settle)
  }
}
