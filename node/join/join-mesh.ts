import { createHash } from 'node:crypto'
import { joinReplyCodec, joinRequestCodec } from '../../protocols/credentials/index.ts'
import type { MemberRole } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { tellRange, type VersionRange } from '../../protocols/versions/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Applicant } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import type { Discovery, FoundNode } from '../ports/discovery.ts'
import type { Logger } from '../ports/logger.ts'
import type { Network } from '../ports/network.ts'
import { isProof, makeProof } from './proof.ts'

/** One connection and one question to one machine; an admission is committed within it. */
const ATTEMPT_TIMEOUT_MS = 8_000

/** Addresses tried at once: those of a large mesh's machines on one network, and no more than a liar there can add. */
const ADDRESSES_MAX = 256

/** An address that failed is tried again after this: its machine may just be starting. */
const RETRY_MS = 1_000

export interface JoinComponents {
  readonly network: Pick<Network, 'connections' | 'requests'>
  readonly discoveries: readonly Discovery[]
  readonly applicant: Applicant
  readonly clock: Clock
  readonly logger: Logger
}

export interface JoinInit {
  readonly secret: Uint8Array
  readonly name: string
  readonly version: string
  readonly role: MemberRole
  /** The mesh versions that this node understands. */
  readonly supported: VersionRange
  /** How long to look before `meshNotFound`. */
  readonly timeoutMs: number
  /** Ends the search. */
  readonly signal: AbortSignal
}

export interface JoinedMesh {
  readonly mesh: string
  readonly meshName: string
  readonly members: readonly { readonly node: NodeId; readonly addresses: readonly string[] }[]
}

/** What no other machine of the mesh would answer differently, so that looking on is in vain. */
const isFinal = (error: unknown): boolean =>
  isCoterieError(error, 'secretWrong') ||
  isCoterieError(error, 'nodeRemoved') ||
  isCoterieError(error, 'meshVersionUnsupported') ||
  isCoterieError(error, 'meshVersionNeeded')

/**
 * Finds a machine of the mesh by any of the discoveries, which it starts, and joins through it.
 * Addresses are tried side by side; the first good one wins. The discoveries go on.
 * @throws `secretWrong`, `nodeRemoved`, `meshVersionUnsupported`, `meshVersionNeeded`, `meshNotFound`, the signal's reason
 */
export const joinMesh = (components: JoinComponents, init: JoinInit): Promise<JoinedMesh> => {
  const { network, discoveries, applicant, clock, logger } = components
  const { connections, requests } = network
  const seen = new Set<string>()

  const ask = async (address: string, signal: AbortSignal): Promise<JoinedMesh> => {
    const options = { timeoutMs: ATTEMPT_TIMEOUT_MS, signal }
    const member = await connections.dial(address, options)
    const { self } = connections
    const { https, hosts, signature } = await applicant.request()
    const request = joinRequestCodec.encode({
      certificates: { https, hosts: [...hosts], signature },
      proof: makeProof(init.secret, 'joiner', self, member),
      name: init.name,
      addresses: [...connections.addresses()],
      version: init.version,
      ...tellRange(init.supported),
      ...(init.role === 'edge' && { role: init.role }),
    })
    const reply = joinReplyCodec.decode(await requests.request(member, PROTOCOLS.join, request, options))
    // Whoever answered without the secret is not our mesh, whatever it says of itself; the mesh may still be found.
    if (!isProof(reply.proof, init.secret, 'member', self, member))
      throw new CoterieError('peerUnreachable', { peer: member, detail: 'it does not hold the secret' })
    if (reply.issued === undefined)
      throw new CoterieError('peerUnreachable', { peer: member, detail: 'it issued no certificates' })
    const root = reply.issued.identity[2] as Uint8Array
    await applicant.accept(reply.issued, createHash('sha256').update(root).digest(), clock.wallMs())
    return reply
  }

  return new Promise((resolve, reject) => {
    const ended = new AbortController()
    const subscriptions: (() => void)[] = []
    let last: unknown
    const finish = (settle: () => void) => {
      if (ended.signal.aborted) return
      ended.abort()
      cancelDeadline()
      init.signal.removeEventListener('abort', giveUp)
      for (const end of subscriptions) end()
      settle()
    }
    const giveUp = () => finish(() => reject(init.signal.reason))
    const attempt = (address: string): void => {
      if (ended.signal.aborted) return
      ask(address, ended.signal).then(
        (joined) => finish(() => resolve(joined)),
        (error) => {
          if (ended.signal.aborted) return
          logger.debug({ address, detail: String(error) }, 'could not join through this address')
          if (isFinal(error)) return finish(() => reject(error))
          last = error
          clock.after(RETRY_MS, () => attempt(address))
        },
      )
    }
    const onFound = (found: FoundNode) => {
      if (found.node === connections.self) return
      for (const address of found.addresses) {
        if (seen.has(address) || seen.size === ADDRESSES_MAX) continue
        seen.add(address)
        attempt(address)
      }
    }
    const cancelDeadline = clock.after(init.timeoutMs, () => {
      const tried = [...seen]
      finish(() => reject(new CoterieError('meshNotFound', { tried }, { cause: last })))
    })
    init.signal.addEventListener('abort', giveUp)
    if (init.signal.aborted) return giveUp()
    for (const discovery of discoveries) {
      subscriptions.push(discovery.onFound(onFound))
      discovery
        .start()
        .catch((error: unknown) => logger.warn({ detail: String(error) }, 'a way of discovery does not work'))
    }
  })
}
