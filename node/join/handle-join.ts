import type { Verify } from '../../crdt/index.ts'
import {
  type JoinReply,
  type JoinRequest,
  joinReplyCodec,
  joinRequestCodec,
  readToken,
} from '../../protocols/credentials/index.ts'
import type { Decision, DecisionView } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { isSupported, rangeOf, type VersionRange } from '../../protocols/versions/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Certificates } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Requests } from '../ports/network.ts'
import { checkLog, checkUse, hashOfToken, type TokenUse } from './token-checks.ts'

export interface JoinHandlerComponents {
  readonly requests: Requests
  readonly decisions: { readonly view: DecisionView; decide(decision: Decision): Promise<number> }
  readonly certificates: Pick<Certificates, 'rootHash' | 'issue'>
  readonly verify: Verify
  readonly clock: Clock
  readonly logger: Logger
  /** The IP address that a connected node comes from; null where a relay stands in between. */
  remoteAddress(node: NodeId): string | null
  /** Where members are now, as membership knows it. */
  addressesOf(node: NodeId): readonly string[]
}

export interface JoinHandlerInit {
  readonly self: NodeId
}

/** Whoever is a member already is let in: it may be back with the older version, and says so itself. @throws `meshVersionUnsupported` */
const checkVersion = ({ meshVersion }: DecisionView, range: VersionRange): void => {
  if (!isSupported(meshVersion, range))
    throw new CoterieError('meshVersionUnsupported', { meshVersion, ...range })
}

/**
 * Answers machines that ask to join: checks the token, commits the admission that uses it, then signs their certificates and tells
 * whom to meet. A refusal changes nothing. A reply that is lost burns nothing: a member that asks again gets the same.
 */
export const handleJoins = (components: JoinHandlerComponents, { self }: JoinHandlerInit): void => {
  const { requests, decisions, certificates, verify, clock, logger, remoteAddress, addressesOf } = components

  const admit = async (use: TokenUse, request: JoinRequest): Promise<void> => {
    const { view } = decisions
    const { joiner, token } = use
    checkVersion(view, rangeOf(request))
    checkLog(use, view, false)
    const { name, addresses, meshVersions, role } = request
    await decisions
      .decide({
        type: 'nodeAdmitted',
        node: joiner,
        name,
        addresses,
        token: hashOfToken(token),
        atMs: clock.wallMs(),
        ...(meshVersions && { meshVersions }),
        ...(role && { role }),
      })
      .catch((error: unknown) => {
        if (isCoterieError(error, 'decisionRefused')) checkLog(use, view, true)
        throw error
      })
    logger.info({ peer: joiner, name: view.nodes.get(joiner)?.name }, 'a machine joined')
  }

  const replyTo = async (joiner: NodeId, { certificate }: JoinRequest): Promise<JoinReply> => {
    const { view } = decisions
    if (view.mesh === null) throw new CoterieError('noQuorum', { waitedMs: 0 })
    const issued = await certificates.issue({ node: joiner, ...certificate })
    const members = [...view.nodes.keys()].map((node) => ({ node, addresses: [...addressesOf(node)] }))
    const chains = { identity: [...issued.identity], https: [...issued.https] }
    return { mesh: view.mesh.mesh, meshName: view.mesh.name, issued: chains, members }
  }

  requests.handleRequest(
    PROTOCOLS.join,
    async (joiner, payload) => {
      const request = joinRequestCodec.decode(payload)
      const use = { token: readToken(request.token), joiner, address: remoteAddress(joiner) }
      const { view } = decisions
      // A member whose own admission it has not followed yet knows too little to refuse anybody.
      if (!view.nodes.has(self)) throw new CoterieError('noQuorum', { waitedMs: 0 })
      try {
        await checkUse(use, view, { self, rootHash: certificates.rootHash(), verify })
        if (view.removedNodes.has(joiner)) throw new CoterieError('nodeRemoved', { node: joiner })
        if (!view.nodes.has(joiner)) await admit(use, request)
      } catch (error) {
        logger.warn({ peer: joiner, address: use.address, detail: String(error) }, 'a machine was not let in')
        throw error
      }
      return joinReplyCodec.encode(await replyTo(joiner, request))
    },
    { strangers: true },
  )
}
