import type { Logger } from '../ports/logger.ts'

/** What has been started, to be ended in the opposite order, also when a later start fails. */
export interface Shutdown {
  /** Remembers how to end what was just started. */
  add(name: string, end: () => Promise<void>): void
  /** Ends everything, each once; an end that fails is logged and hinders no other. */
  run(): Promise<void>
}

export const createShutdown = (logger: Logger): Shutdown => {
  const ends: { name: string; end: () => Promise<void> }[] = []
  let running: Promise<void> | null = null
  const runAll = async () => {
    for (let next = ends.pop(); next !== undefined; next = ends.pop()) {
      const { name, end } = next
      await end().catch((error: unknown) =>
        logger.error({ part: name, detail: String(error) }, 'a part did not stop cleanly'),
      )
    }
  }
  return {
    add: (name, end) => void ends.push({ name, end }),
    run: () => {
      running ??= runAll()
      return running
    },
  }
}
