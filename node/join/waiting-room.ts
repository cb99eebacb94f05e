/**
 * Who asks a node to join its mesh, and what became of it.
 *
 * Guarantees: so many at once and no more, of one address too; one for each key; who is silent is forgotten. Two sides of a
 * connection have the same fingerprint, and nobody in between chooses it (docs/design/open-lan.md).
 */
import { randomBytes } from 'node:crypto'
import { ASK_NONCE_BYTES, type AskQuestion } from '../../protocols/credentials/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { createRateLimit } from '../http/index.ts'
import type { Clock } from '../ports/clock.ts'
import { commitmentOf, fingerprint } from './fingerprint.ts'

/** Each of them holds a connection, for which there are 48 places of strangers. */
const ASKING_MAX = 16
/** A board with some containers, or two machines behind one address. */
const ASKING_OF_ADDRESS_MAX = 4

/** Each try may hit the fingerprint of another connection, once in 10^8. */
const ASK_RATE = { atOnce: ASKING_MAX, perSecond: 0.5 }
const ASK_RATE_OF_ADDRESS = { atOnce: ASKING_OF_ADDRESS_MAX, perSecond: 0.1 }

/** An asker says something each second; in this it finds its way back over a bad link. */
const SILENCE_MS = 15_000
/** How long the answer is kept for whoever it is for. */
const ANSWER_KEPT_MS = 120_000
/** Before a full room is tried again. */
const FULL_RETRY_MS = 15_000

type Ask = Extract<AskQuestion, { type: 'ask' }>

/** Where a request is: its nonce not shown yet, waiting for a person, being let in, and how it ended. */
export type AskState = 'begun' | 'waiting' | 'entering' | 'approved' | 'denied'

export interface Asking extends Pick<Ask, 'name' | 'role' | 'machine'> {
  readonly node: NodeId
  /** The IP address that it comes from. */
  readonly address: string
  /** Wall clock. */
  readonly askedAtMs: number
  /** Null before its nonce was shown. */
  readonly fingerprint: string | null
  readonly state: AskState
  /** What it was handed; null until then. */
  readonly token: Uint8Array | null
}

interface Request extends Asking {
  readonly commitment: Uint8Array
  readonly nonce: Uint8Array
  /** By the clock that never jumps. */
  readonly heardAtMs: number
}

export interface WaitingRoom {
  /** Begins a request, in place of an earlier one of the same key; gives this side's nonce. @throws `askTooMany`, `askDenied` */
  ask(node: NodeId, address: string, question: Ask): Uint8Array
  /** Takes the nonce that was promised, again and again; null where this node asks no more. @throws `askMismatch` */
  wait(node: NodeId, nonce: Uint8Array): Asking | null
  /** Forgets it. */
  withdraw(node: NodeId): void
  /** The one that waits and shows this fingerprint. @throws `askUnknown` */
  find(fingerprint: string): Asking
  /** Moves a request on; not where it was replaced or forgotten meanwhile. */
  move(asking: Asking, to: Pick<Asking, 'state'> & Partial<Pick<Asking, 'token'>>): void
  /** Those whose fingerprint is known, the oldest first. */
  list(): readonly Asking[]
  /** Forgets all that nobody has answered. */
  clear(): void
}

export const createWaitingRoom = (
  clock: Pick<Clock, 'nowMs' | 'wallMs'>,
  { self, rootHash }: { readonly self: NodeId; rootHash(): Uint8Array },
): WaitingRoom => {
  /** In the order in which they asked. */
  const requests = new Map<NodeId, Request>()
  const pace = createRateLimit(clock, ASK_RATE)
  const paceOfAddress = createRateLimit(clock, ASK_RATE_OF_ADDRESS)

  const isAnswered = ({ state }: Asking): boolean => state === 'approved' || state === 'denied'

  const forgetSilent = (): void => {
    const nowMs = clock.nowMs()
    for (const [node, request] of requests) {
      const keptMs = isAnswered(request) ? ANSWER_KEPT_MS : SILENCE_MS
      if (nowMs - request.heardAtMs > keptMs) requests.delete(node)
    }
  }

  /** @throws `askTooMany` */
  const checkRoom = (node: NodeId, address: string): void => {
    const others = [...requests.values()].filter((request) => request.node !== node && !isAnswered(request))
    const near = others.filter((request) => request.address === address)
    if (others.length >= ASKING_MAX || near.length >= ASKING_OF_ADDRESS_MAX)
      throw new CoterieError('askTooMany', { retryMs: FULL_RETRY_MS })
    const retryMs = paceOfAddress.take(address) ?? pace.take('all')
    if (retryMs !== null) throw new CoterieError('askTooMany', { retryMs })
  }

  const show = (request: Request, nonce: Uint8Array): Request => {
    const { node } = request
    if (Buffer.compare(commitmentOf(node, nonce), request.commitment) !== 0) {
      // Another one was promised: nobody gets a second try with the nonce that it knows by now.
      if (request.state === 'begun') requests.delete(node)
      throw new CoterieError('askMismatch', {})
    }
    const sides = { member: self, asker: node, memberNonce: request.nonce, askerNonce: nonce }
    return request.state === 'begun'
      ? { ...request, state: 'waiting', fingerprint: fingerprint({ rootHash: rootHash(), ...sides }) }
      : request
  }

  return {
    ask: (node, address, { commitment, name, role, machine }) => {
      forgetSilent()
      if (requests.get(node)?.state === 'denied') throw new CoterieError('askDenied', {})
      checkRoom(node, address)
      const nonce = new Uint8Array(randomBytes(ASK_NONCE_BYTES))
      requests.delete(node)
      requests.set(node, {
        ...{ node, address, name, role, machine, commitment, nonce },
        askedAtMs: clock.wallMs(),
        heardAtMs: clock.nowMs(),
        state: 'begun',
        fingerprint: null,
        token: null,
      })
      return nonce
    },
    wait: (node, nonce) => {
      forgetSilent()
      const asked = requests.get(node)
      if (asked === undefined) return null
      const shown = show(asked, nonce)
      const request = isAnswered(shown) ? shown : { ...shown, heardAtMs: clock.nowMs() }
      requests.set(node, request)
      return request
    },
    withdraw: (node) => {
      const request = requests.get(node)
      if (request !== undefined && !isAnswered(request)) requests.delete(node)
    },
    find: (shown) => {
      forgetSilent()
      const found = [...requests.values()].filter(
        ({ state, fingerprint }) => state === 'waiting' && fingerprint === shown,
      )
      const [only] = found
      if (only !== undefined && found.length === 1) return only
      const detail =
        only === undefined
          ? 'who did gave up, was answered, or asked anew'
          : 'two show the same, and neither is let in'
      throw new CoterieError('askUnknown', { request: shown, detail })
    },
    move: ({ node, fingerprint: shown }, to) => {
      const request = requests.get(node)
      if (request?.fingerprint === shown) requests.set(node, { ...request, ...to, heardAtMs: clock.nowMs() })
    },
    list: () => {
      forgetSilent()
      return [...requests.values()].filter((request) => request.fingerprint !== null)
    },
    clear: () => {
      for (const request of requests.values()) if (!isAnswered(request)) requests.delete(request.node)
    },
  }
}
