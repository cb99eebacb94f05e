/**
 * A member's window for machines without a token: who asks within it waits for a person, or is let in at once where that was said.
 *
 * Guarantees: whoever is let in was handed a token that admits its key alone, and joins by it like any other machine; nobody is
 * heard while the window is closed, from elsewhere, or through a relay. It is kept in memory and ends with the daemon.
 */
import {
  type AskAnswer,
  type AskQuestion,
  askAnswerCodec,
  askQuestionCodec,
  isInCidr,
  parseToken,
} from '../../protocols/credentials/index.ts'
import type { DecisionView, MemberRole } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Certificates } from '../ports/certificates.ts'
import type { Clock } from '../ports/clock.ts'
import type { Discovery } from '../ports/discovery.ts'
import type { Logger } from '../ports/logger.ts'
import type { Requests } from '../ports/network.ts'
import type { TokenDesk } from './token-desk.ts'
import { type Asking, createWaitingRoom } from './waiting-room.ts'

/** A token counts from so long ago until so long from now on: the clocks of this node and of the leader may differ. */
const TOKEN_SLACK_MS = 10 * 60_000

export interface WindowTerms {
  /** From now on. */
  readonly forMs: number
  /** Whether everybody who asks is let in. */
  readonly autoApprove: boolean
  /** The most that a machine is let in as. */
  readonly role: MemberRole
  /** Networks that it has to come from; none: those that this node is in. */
  readonly cidrs: readonly string[]
}

export interface OpenWindow extends Omit<WindowTerms, 'forMs'> {
  /** Wall clock. */
  readonly untilMs: number
}

export interface OpenLanComponents {
  readonly requests: Pick<Requests, 'handleRequest'>
  readonly tokens: Pick<TokenDesk, 'create'>
  readonly view: Pick<DecisionView, 'mesh'>
  readonly certificates: Pick<Certificates, 'rootHash'>
  readonly clock: Clock
  readonly logger: Logger
  /** The IP address that a connected node comes from; null where a relay stands in between. */
  remoteAddress(node: NodeId): string | null
  /** Whether an interface of this machine is in the network of that address. */
  isNear(address: string): boolean
  /** What tells the LAN of this node while it is open, not yet started. */
  beacons(): readonly Discovery[]
}

export interface OpenLan {
  /** Opens, or replaces the terms where it is open. */
  open(terms: WindowTerms): Promise<void>
  close(): Promise<void>
  /** Null while it is closed. */
  window(): OpenWindow | null
  asking(): readonly Asking[]
  /** Hands a token to the one that shows this fingerprint. @throws `askUnknown`, `noQuorum`, `decisionRefused`, ... */
  approve(fingerprint: string): Promise<Asking>
  /** @throws `askUnknown` */
  deny(fingerprint: string): Asking
}

export const createOpenLan = (
  components: OpenLanComponents,
  { self }: { readonly self: NodeId },
): OpenLan => {
  const { requests, tokens, view, certificates, clock, logger, remoteAddress } = components
  const rootHash = () => certificates.rootHash()
  const room = createWaitingRoom(clock, { self, rootHash })
  let window: OpenWindow | null = null
  let cancelEnd = (): void => {}
  let beacons: readonly Discovery[] = []

  const close = async (): Promise<void> => {
    cancelEnd()
    window = null
    room.clear()
    const lit = beacons
    beacons = []
    await Promise.all(lit.map((beacon) => beacon.stop()))
  }

  const open = async ({ forMs, ...terms }: WindowTerms): Promise<void> => {
    cancelEnd()
    window = { ...terms, untilMs: clock.wallMs() + forMs }
    cancelEnd = clock.after(forMs, () => {
      logger.info({}, 'this node is closed to its LAN again')
      close().catch((error: unknown) => logger.warn({ detail: String(error) }, 'a beacon did not stop'))
    })
    logger.info({ forMs, ...terms }, 'this node is open to machines of its LAN that ask to join')
    if (beacons.length > 0) return
    beacons = components.beacons()
    await Promise.all(beacons.map((beacon) => beacon.start()))
  }

  /** Whether the asker may be heard, and from where it comes. @throws `lanClosed`, `askOutside` */
  const addressOf = (asker: NodeId): string => {
    if (window === null) throw new CoterieError('lanClosed', {})
    const { cidrs } = window
    const address = remoteAddress(asker)
    const isInside = (from: string): boolean =>
      cidrs.length > 0 ? cidrs.some((cidr) => isInCidr(from, cidr)) : components.isNear(from)
    if (address !== null && isInside(address)) return address
    throw new CoterieError('askOutside', { address: address ?? 'a relay', networks: cidrs })
  }

  const tokenFor = async ({ node, role }: Asking, { role: most, cidrs }: OpenWindow): Promise<Uint8Array> => {
    const { text } = await tokens.create({
      startsInMs: -TOKEN_SLACK_MS,
      ttlMs: 2 * TOKEN_SLACK_MS,
      usesMax: 1,
      role: role === 'edge' ? role : most,
      capabilities: [],
      cidrs: [...cidrs],
      labels: [],
      only: node,
      tellsAddresses: true,
    })
    return parseToken(text).bytes
  }

  const letIn = async (asking: Asking, terms: OpenWindow): Promise<Asking> => {
    room.move(asking, { state: 'entering' })
    try {
      const token = await tokenFor(asking, terms)
      room.move(asking, { state: 'approved', token })
    } catch (error) {
      room.move(asking, { state: 'waiting' })
      throw error
    }
    logger.info({ peer: asking.node, name: asking.name }, 'a machine that asked is let in')
    return { ...asking, state: 'approved' }
  }

  const wait = (asker: NodeId, nonce: Uint8Array): AskAnswer => {
    const asking = room.wait(asker, nonce)
    if (asking === null) throw new CoterieError(window === null ? 'lanClosed' : 'askForgotten', {})
    if (asking.state === 'denied') throw new CoterieError('askDenied', {})
    if (asking.token !== null) return { type: 'approved', token: asking.token }
    if (asking.state === 'waiting' && window?.autoApprove === true)
      letIn(asking, window).catch((error: unknown) =>
        logger.warn({ peer: asker, detail: String(error) }, 'a machine that asked could not be let in yet'),
      )
    return { type: 'waiting' }
  }

  const answer = (asker: NodeId, question: AskQuestion): AskAnswer => {
    switch (question.type) {
      case 'look': {
        addressOf(asker)
        if (view.mesh === null) throw new CoterieError('noQuorum', { waitedMs: 0 })
        return { type: 'open', rootHash: rootHash(), meshName: view.mesh.name }
      }
      case 'ask': {
        const address = addressOf(asker)
        const nonce = room.ask(asker, address, question)
        logger.info({ peer: asker, name: question.name, address }, 'a machine asks to join')
        return { type: 'asked', nonce }
      }
      case 'wait':
        return wait(asker, question.nonce)
      case 'withdraw':
        room.withdraw(asker)
        return { type: 'withdrawn' }
    }
  }

  requests.handleRequest(
    PROTOCOLS.ask,
    async (asker, payload) => askAnswerCodec.encode(answer(asker, askQuestionCodec.decode(payload))),
    { strangers: true },
  )

  return {
    open,
    close,
    window: () => window,
    asking: room.list,
    approve: async (fingerprint) => {
      const asking = room.find(fingerprint)
      // Who waits does so only while it is open.
      return letIn(asking, window as OpenWindow)
    },
    deny: (fingerprint) => {
      const asking = room.find(fingerprint)
      room.move(asking, { state: 'denied' })
      return { ...asking, state: 'denied' }
    },
  }
}
