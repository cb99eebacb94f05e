import { CoterieError } from '../../protocols/errors/index.ts'
import { type Attempts, createAttempts } from './attempts.ts'
import { ATTEMPTS, SESSIONS_BEGUN } from './limits.ts'

/** Who asks: an address, or null for whoever opened the unix socket, who needs no password anyhow. */
export type ClientAddress = string | null

export interface LoginLimit {
  /** Counts an attempt by password; the returned function says that it succeeded. @throws `loginsTooMany` */
  byPassword(client: ClientAddress, user: string): () => void
  /** Of a client alone, apart from its passwords: keys are not guessed, and whoever tries passwords shall not keep a key out. */
  byKey(client: ClientAddress): () => void
  /** Counts a session of an account, which logged in. @throws `loginsTooMany` */
  session(client: ClientAddress, account: string): void
}

/** Passwords by three counts at once: of a client for a name, of a client, of a name. */
export const createLoginLimit = (nowMs: () => number): LoginLimit => {
  const own = createAttempts(ATTEMPTS.own)
  const byClient = createAttempts(ATTEMPTS.client)
  const byName = createAttempts(ATTEMPTS.name)
  const keys = createAttempts(ATTEMPTS.client)
  const sessions = createAttempts(SESSIONS_BEGUN)
  const enter = (counts: readonly (readonly [Attempts, string])[]): (() => void) => {
    const atMs = nowMs()
    const retryMs = Math.max(0, ...counts.map(([attempts, key]) => attempts.waitMs(key, atMs)))
    if (retryMs > 0) throw new CoterieError('loginsTooMany', { retryMs })
    for (const [attempts, key] of counts) attempts.count(key, atMs)
    return () => {
      for (const [attempts, key] of counts) attempts.giveBack(key)
    }
  }
  return {
    byPassword: (client, user) =>
      enter(
        client === null
          ? []
          : [
              [own, `${client} ${user}`],
              [byClient, client],
              [byName, user],
            ],
      ),
    byKey: (client) => enter(client === null ? [] : [[keys, client]]),
    session: (client, account) => void enter(client === null ? [] : [[sessions, account]]),
  }
}
