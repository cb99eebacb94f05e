import { type JoinReply, joinReplyCodec, joinRequestCodec } from '../../protocols/credentials/index.ts'
import type { Decision, DecisionView } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { isSupported, rangeOf, type VersionRange } from '../../protocols/versions/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Certificates } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Requests } from '../ports/network.ts'
import { isProof, makeProof } from './proof.ts'

export interface JoinHandlerComponents {
  readonly requests: Requests
  readonly decisions: { readonly view: DecisionView; decide(decision: Decision): Promise<number> }
  readonly certificates: Pick<Certificates, 'issue'>
  readonly clock: Clock
  readonly logger: Logger
  /** Where members are now, as membership knows it. */
  addressesOf(node: NodeId): readonly string[]
}

export interface JoinHandlerInit {
  readonly self: NodeId
  readonly secret: Uint8Array
}

/** Whoever is a member already is let in: it may be back with the older version, and says so itself. @throws `meshVersionUnsupported` */
const checkVersion = ({ nodes, meshVersion }: DecisionView, range: VersionRange, joiner: NodeId): void => {
  if (!nodes.has(joiner) && !isSupported(meshVersion, range))
    throw new CoterieError('meshVersionUnsupported', { meshVersion, ...range })
}

/**
 * Answers machines that ask to join: checks the proof, commits the admission, then tells whom to meet.
 * A wrong proof changes nothing. A reply that is lost burns nothing: asking again is the same admission.
 */
export const handleJoins = (components: JoinHandlerComponents, { self, secret }: JoinHandlerInit): void => {
  const { requests, decisions, certificates, clock, logger, addressesOf } = components
  const reply = (joiner: NodeId): JoinReply => {
    const { view } = decisions
    if (view.mesh === null) throw new CoterieError('noQuorum', { waitedMs: 0 })
    const members = [...view.nodes.keys()].map((node) => ({ node, addresses: [...addressesOf(node)] }))
    const proof = makeProof(secret, 'member', joiner, self)
    return { proof, mesh: view.mesh.mesh, meshName: view.mesh.name, members }
  }
  requests.handleRequest(
    PROTOCOLS.join,
    async (joiner, payload) => {
      const request = joinRequestCodec.decode(payload)
      if (!isProof(request.proof, secret, 'joiner', joiner, self)) {
        logger.warn({ peer: joiner }, 'a machine asked to join with a wrong secret')
        throw new CoterieError('secretWrong', {})
      }
      checkVersion(decisions.view, rangeOf(request), joiner)
      if (decisions.view.removedNodes.has(joiner)) throw new CoterieError('nodeRemoved', { node: joiner })
      const name = decisions.view.nodes.get(joiner)?.name ?? request.name
      const { addresses, meshVersions, role } = request
      await decisions.decide({
        type: 'nodeAdmitted',
        node: joiner,
        name,
        addresses,
        atMs: clock.wallMs(),
        ...(meshVersions && { meshVersions }),
        ...(role && { role }),
      })
      logger.info({ peer: joiner, name: decisions.view.nodes.get(joiner)?.name }, 'a machine joined')
      const issued =
        request.certificates && (await certificates.issue({ node: joiner, ...request.certificates }))
      return joinReplyCodec.encode({
        ...reply(joiner),
        ...(issued && { issued: { identity: [...issued.identity], https: [...issued.https] } }),
      })
    },
    { strangers: true },
  )
}
