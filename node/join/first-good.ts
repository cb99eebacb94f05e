/** Whoever is found is tried, side by side, until one lets this machine in or there is no point in going on. */
import { CoterieError, type ErrorCode, isCoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Discovery, FoundNode } from '../ports/discovery.ts'
import type { Logger } from '../ports/logger.ts'

/** Addresses tried at once: those of a large mesh's machines on one network, and no more than a liar there can add. */
const ADDRESSES_MAX = 256

/**
 * An address that failed is tried again, for its machine may just be starting: soon, then less often, for machines that join at once find
 * each other too, and each try costs both a handshake.
 */
const RETRY_FLOOR_MS = 1_000
const RETRY_CEILING_MS = 8_000

/** How long another machine is still looked for after one that will not do: every way of discovery has asked twice by then. */
const SECOND_CHANCE_MS = 3_000

export interface SearchComponents {
  readonly self: NodeId
  readonly discoveries: readonly Discovery[]
  readonly clock: Clock
  readonly logger: Logger
}

export interface SearchInit {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** What no other machine of the mesh would answer differently, so that looking on is in vain. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'joinTokenUnknown',
  'joinTokenMalformed',
  'joinTokenExpired',
  'joinTokenNotYetValid',
  'joinTokenExhausted',
  'joinTokenForAnother',
  'nodeRemoved',
  'meshVersionUnsupported',
  'meshVersionNeeded',
])

/** What another machine, or another way to the same one, might answer differently. */
const PERHAPS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'joinTokenOfOtherMesh',
  'joinTokenOutside',
  // By a member that has not heard of the maker yet.
  'joinTokenForged',
  'certificateInvalid',
  'certificateExpired',
])

/** What will pass, and is said where it does not. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['noQuorum', 'issuerUnreachable'])

const isOneOf = (codes: ReadonlySet<ErrorCode>, error: unknown): boolean =>
  isCoterieError(error) && codes.has(error.code)

/**
 * The answer of the first machine that `ask` gets a good one from. Starts the discoveries, which go on.
 * @throws `meshNotFound`, the refusal that ended the search, the signal's reason
 */
export const firstGood = <Answer>(
  { self, discoveries, clock, logger }: SearchComponents,
  ask: (address: string, signal: AbortSignal) => Promise<Answer>,
  init: SearchInit,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const seen = new Set<string>()
    const ended = new AbortController()
    const ends: (() => void)[] = []
    /** What to tell at the end: of all that somebody of the mesh said, the last. */
    let told: unknown = null
    let last: unknown
    const finish = (settle: () => void) => {
      if (ended.signal.aborted) return
      ended.abort()
      init.signal.removeEventListener('abort', giveUp)
      for (const end of ends) end()
      settle()
    }
    const giveUp = () => finish(() => reject(init.signal.reason))
    const fail = () => {
      const tried = [...seen]
      finish(() => reject(told ?? new CoterieError('meshNotFound', { tried }, { cause: last })))
    }
    const onError = (error: unknown): void => {
      if (isOneOf(FINAL, error)) {
        finish(() => reject(error))
        return
      }
      last = error
      if (isOneOf(PASSING, error)) told = error
      if (!isOneOf(PERHAPS, error)) return
      if (told === null || !isOneOf(PERHAPS, told)) ends.push(clock.after(SECOND_CHANCE_MS, fail))
      told = error
    }
    const attempt = (address: string, retryMs = RETRY_FLOOR_MS): void => {
      if (ended.signal.aborted) return
      ask(address, ended.signal).then(
        (answer) => finish(() => resolve(answer)),
        (error) => {
          if (ended.signal.aborted) return
          logger.debug({ address, detail: String(error) }, 'could not join through this address')
          onError(error)
          ends.push(clock.after(retryMs, () => attempt(address, Math.min(2 * retryMs, RETRY_CEILING_MS))))
        },
      )
    }
    const onFound = (found: FoundNode) => {
      if (found.node === self) return
      for (const address of found.addresses) {
        if (seen.has(address) || seen.size === ADDRESSES_MAX) continue
        seen.add(address)
        attempt(address)
      }
    }
    ends.push(clock.after(init.timeoutMs, fail))
    init.signal.addEventListener('abort', giveUp)
    if (init.signal.aborted) return giveUp()
    for (const discovery of discoveries) {
      ends.push(discovery.onFound(onFound))
      discovery
        .start()
        .catch((error: unknown) => logger.warn({ detail: String(error) }, 'a way of discovery does not work'))
    }
  })
