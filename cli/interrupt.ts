/** Ctrl-C as a wish to stop waiting. */

/** Exit code of a command whose waiting Ctrl-C ended: 128 and the signal's number, as shells have it. */
export const INTERRUPTED = 130

/** Runs `work` with a signal that the first Ctrl-C aborts; a second one ends the process as ever. */
export const untilInterrupted = async <Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const controller = new AbortController()
  const onInterrupt = () => controller.abort()
  process.once('SIGINT', onInterrupt)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}
