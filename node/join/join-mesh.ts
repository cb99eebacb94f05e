import {
  helloCodec,
  type JoinToken,
  joinReplyCodec,
  joinRequestCodec,
  meshIdOf,
} from '../../protocols/credentials/index.ts'
import type { MemberRole } from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { tellRange, type VersionRange } from '../../protocols/versions/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Applicant, IssuedCertificates } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import type { Discovery } from '../ports/discovery.ts'
import type { Logger } from '../ports/logger.ts'
import type { Network } from '../ports/network.ts'
import { type ClockDifference, clockNote, compareClocks } from './clock-difference.ts'
import { firstGood } from './first-good.ts'
import { createTurns } from './in-turn.ts'

/**
 * Each of one connection and two questions to one machine: it commits an admission, then waits up to ten seconds for an issuer. A late answer
 * is one too, and holds nobody up: others are asked meanwhile.
 */
const ATTEMPT_TIMEOUT_MS = 15_000

/**
 * One member is asked to be let in, and the next one after this: each that is asked commits an admission and asks an issuer, so that a mesh of
 * a hundred machines would do for one what twenty machines that join at once take.
 */
const PATIENCE_MS = 3_000

export interface JoinComponents {
  readonly network: Pick<Network, 'connections' | 'requests'>
  readonly discoveries: readonly Discovery[]
  readonly applicant: Applicant
  readonly clock: Clock
  readonly logger: Logger
}

export interface JoinInit {
  readonly token: JoinToken
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
  /** What a person should know of this machine's clock; null where it is right. */
  readonly clockNote: string | null
}

type Asked = JoinedMesh & { readonly issued: IssuedCertificates; readonly judgedAtMs: number }

/**
 * Finds a machine of the mesh by any of the discoveries, which it starts, and joins through it: the member proves itself by a chain
 * that ends at the root which the token pins, and only then is it shown the token. Addresses are tried side by side, and who is of
 * the mesh is asked in turn; the first good answer wins. The discoveries go on. What was issued is kept when it resolves.
 * @throws `meshNotFound`, `nodeRemoved`, `meshVersionUnsupported`, `joinTokenExpired` and the other refusals of a token,
 *   `certificateInvalid`, `certificateExpired`, the signal's reason
 */
export const joinMesh = async (components: JoinComponents, init: JoinInit): Promise<JoinedMesh> => {
  const { network, applicant, clock } = components
  const { connections, requests } = network
  const { token } = init
  const { rootHash } = token.terms
  const { node: _, ...certificate } = await applicant.request()
  const inTurn = createTurns(clock, PATIENCE_MS)

  /** Whether `member` is of the mesh that the token pins. */
  const check = async (address: string, member: NodeId, options: Options): Promise<ClockDifference> => {
    const askedMs = clock.wallMs()
    const hello = await requests.request(member, PROTOCOLS.hello, helloCodec.encode({ chain: [] }), options)
    const { chain, atMs } = helloCodec.decode(hello)
    const clocks = compareClocks(askedMs, clock.wallMs(), atMs ?? null)
    try {
      applicant.verify(chain, member, rootHash, clocks.judgedAtMs)
    } catch (error) {
      if (isCoterieError(error, 'certificateForeign'))
        throw new CoterieError(
          'joinTokenOfOtherMesh',
          { at: address, mesh: meshIdOf(rootHash) },
          { cause: error },
        )
      const note = clockNote(clocks)
      if (note === null) throw error
      // A chain that is not valid at this time may be so because this is not the time.
      throw new CoterieError(
        'certificateInvalid',
        { peer: member, detail: note.slice(0, -1) },
        { cause: error },
      )
    }
    return clocks
  }

  const askMember = async (address: string, member: NodeId, options: Options): Promise<Asked> => {
    const clocks = await check(address, member, options)
    const request = joinRequestCodec.encode({
      token: token.bytes,
      certificate: { ...certificate, hosts: [...certificate.hosts] },
      name: init.name,
      addresses: [...connections.addresses()],
      version: init.version,
      ...tellRange(init.supported),
      ...(init.role === 'edge' && { role: init.role }),
    })
    const reply = await inTurn(
      () => requests.request(member, PROTOCOLS.join, request, options),
      options.signal,
    )
    return { ...joinReplyCodec.decode(reply), clockNote: clockNote(clocks), judgedAtMs: clocks.judgedAtMs }
  }

  const ask = async (address: string, signal: AbortSignal): Promise<Asked> => {
    const options = { timeoutMs: ATTEMPT_TIMEOUT_MS, signal }
    const member = await connections.dial(address, options)
    try {
      return await askMember(address, member, options)
    } catch (error) {
      // Once it is in, who was only asked is a fellow member.
      if (!signal.aborted) connections.hangUp(member)
      throw error
    }
  }

  const { issued, judgedAtMs, ...joined } = await firstGood(
    { ...components, self: connections.self },
    ask,
    init,
  )
  await applicant.accept(issued, rootHash, judgedAtMs)
  return joined
}

type Options = { readonly timeoutMs: number; readonly signal: AbortSignal }
