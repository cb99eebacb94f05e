import { CoterieError } from '../../protocols/errors/index.ts'
import { createAttempts } from './attempts.ts'
import { ATTEMPTS } from './limits.ts'

/** Who asks: an address, or null for whoever opened the unix socket, who needs no password anyhow. */
export type ClientAddress = string | null

export interface LoginLimit {
  /** Counts an attempt; the returned function says that it succeeded. @throws `loginsTooMany` */
  enter(client: ClientAddress, user: string): () => void
}

/** By three counts at once: of a client for a name, of a client, of a name. */
export const createLoginLimit = (nowMs: () => number): LoginLimit => {
  const own = createAttempts(ATTEMPTS.own)
  const byClient = createAttempts(ATTEMPTS.client)
  const byName = createAttempts(ATTEMPTS.name)
  return {
    enter: (client, user) => {
      if (client === null) return () => undefined
      const counts = [
        [own, `${client} ${user}`],
        [byClient, client],
        [byName, user],
      ] as const
      const atMs = nowMs()
      const retryMs = Math.max(...counts.map(([attempts, key]) => attempts.waitMs(key, atMs)))
      if (retryMs > 0) throw new CoterieError('loginsTooMany', { retryMs })
      for (const [attempts, key] of counts) attempts.count(key, atMs)
      return () => {
        for (const [attempts, key] of counts) attempts.giveBack(key)
      }
    },
  }
}
