/**
 * Whether a node is reached at its addresses: a member dials them, waits until the key is proven, and hangs up.
 *
 * A port that answers proves nothing: two homes have the same private addresses.
 */
import type { ConnectionGater } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import {
  type DialBackAnswer,
  dialBackAnswerCodec,
  dialBackRequestCodec,
} from '../../protocols/reach/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import { parseMultiaddr, withPeer } from './addresses.ts'
import type { Host } from './host.ts'
import { ADDRESS_DIAL_TIMEOUT_MS, DIAL_BACK_TIMEOUT_MS } from './limits.ts'
import { relayOf } from './relayed-address.ts'
import type { StreamRequests } from './requests.ts'

export interface DialBackComponents {
  readonly clock: Clock
  readonly requests: StreamRequests
}

interface Attempt {
  readonly ended: AbortController
  reached: boolean
}

/** Where the node would be dialled; what cannot be dialled directly is left out. */
export const targetsOf = (node: NodeId, addresses: readonly string[]): Multiaddr[] =>
  addresses.flatMap((address) => {
    try {
      return [withPeer(parseMultiaddr(address).toString(), node)]
    } catch {
      return []
    }
  })

export class DialBack {
  /** Refuses the connection of an attempt as soon as its key is proven. */
  readonly hooks: ConnectionGater = {
    denyOutboundEncryptedConnection: (peer, { remoteAddr }) => {
      const attempt = this.#attempts.get(peer.toString())
      // One through a relay, begun for something else, proves nothing of its addresses.
      if (attempt === undefined || relayOf(remoteAddr) !== null) return false
      attempt.reached = true
      attempt.ended.abort(new Error('it was reached'))
      return true
    },
  }
  readonly #components: DialBackComponents
  readonly #attempts = new Map<NodeId, Attempt>()
  #host: Host | null = null

  constructor(components: DialBackComponents) {
    this.#components = components
  }

  attach(host: Host | null): void {
    this.#host = host
  }

  /** Answers members that ask; `isBehind` tells of this node. */
  answer(isBehind: () => boolean): void {
    this.#components.requests.handleRequest(PROTOCOLS.reach, async (from, payload) => {
      const { addresses } = dialBackRequestCodec.decode(payload)
      const reached = await this.#dial(from, addresses)
      return dialBackAnswerCodec.encode({ reached, behind: isBehind() })
    })
  }

  /**
   * Asks a member whether it reaches this node at one of the addresses.
   * @throws `peerUnreachable`, `requestTimedOut`, `malformedMessage`
   */
  async ask(member: NodeId, addresses: readonly string[], signal: AbortSignal): Promise<DialBackAnswer> {
    const { requests } = this.#components
    const request = dialBackRequestCodec.encode({ addresses: [...addresses] })
    const timeoutMs = DIAL_BACK_TIMEOUT_MS + ADDRESS_DIAL_TIMEOUT_MS
    return dialBackAnswerCodec.decode(
      await requests.request(member, PROTOCOLS.reach, request, { timeoutMs, signal }),
    )
  }

  /** A newer question of the same node takes the place of an older one. */
  async #dial(node: NodeId, addresses: readonly string[]): Promise<boolean> {
    const attempt: Attempt = { ended: new AbortController(), reached: false }
    this.#attempts.get(node)?.ended.abort(new Error('it was asked again'))
    this.#attempts.set(node, attempt)
    const { signal } = attempt.ended
    const cancel = this.#components.clock.after(DIAL_BACK_TIMEOUT_MS, () =>
      attempt.ended.abort(new Error('it took too long')),
    )
    try {
      await this.#host?.dial(targetsOf(node, addresses), { force: true, signal })
    } catch {
      // Reached or not, it ends so.
    } finally {
      cancel()
      if (this.#attempts.get(node) === attempt) this.#attempts.delete(node)
    }
    return attempt.reached
  }
}
