/** Passwords by scrypt (RFC 7914): one at a time, so that memory has a bound and everybody else a thread. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import type { PasswordHash } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { PASSWORD_MS, PASSWORDS_WAITING_MAX } from './limits.ts'

/** 32 MiB and, by p, as much work as 96 MiB would be (OWASP's password storage cheat sheet): a Raspberry Pi can. */
const COST = { logN: 15, r: 8, p: 3 } as const
const SALT_BYTES = 16
const HASH_BYTES = 32

/** Stands in for the password of nobody, so that this costs the same. */
const NOBODYS: PasswordHash = { ...COST, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) }

const derive = (password: string, { logN, r, p, salt }: Omit<PasswordHash, 'hash'>): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const N = 2 ** logN
    const options = { N, r, p, maxmem: 129 * N * r + 256 * r * p }
    // One password has several spellings in Unicode; keyboards differ in which they give.
    scrypt(password.normalize('NFC'), salt, HASH_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })

export interface Passwords {
  /** @throws `loginsTooMany` where too many wait */
  hash(password: string): Promise<PasswordHash>
  /** The same work whatever is stored; false for null. @throws `loginsTooMany` where too many wait */
  verify(password: string, stored: PasswordHash | null): Promise<boolean>
}

export const createPasswords = (): Passwords => {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  const inTurn = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (waiting > PASSWORDS_WAITING_MAX) throw new CoterieError('loginsTooMany', { retryMs: PASSWORD_MS })
    waiting += 1
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      waiting -= 1
    }
  }

  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = new Uint8Array(randomBytes(SALT_BYTES))
        return { ...COST, salt, hash: new Uint8Array(await derive(password, { ...COST, salt })) }
      }),
    verify: (password, stored) =>
      inTurn(async () => {
        const asked = stored ?? NOBODYS
        const isEqual = timingSafeEqual(await derive(password, asked), asked.hash)
        return isEqual && stored !== null
      }),
  }
}
