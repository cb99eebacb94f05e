/** Gossipsub, with every default changed that would hurt a closed mesh on few machines. */
import { type GossipSub, gossipsub, type Message } from '@libp2p/gossipsub'
import type { Gate } from './gate.ts'
import type { HostParts } from './host.ts'
import { GOSSIP_HEARTBEAT_MS, GOSSIP_QUEUE_BYTES_MAX } from './limits.ts'
import { createMemberRegistrar, type MemberRegistrar } from './member-registrar.ts'

export type { Message }

export interface Gossip {
  readonly pubsub: GossipSub & { start(): Promise<void>; stop(): Promise<void> }
  readonly members: MemberRegistrar
}

/** Members are trusted, and share addresses in a test or behind one router: nobody is punished. */
const NO_SCORES = {
  topics: {},
  IPColocationFactorWeight: 0,
  behaviourPenaltyWeight: 0,
  decayInterval: 60_000,
}

/** Gossipsub 17.1 forgets the timer of its next heartbeat when it stops, which keeps the process for that long. */
const clearingHeartbeat = (pubsub: Gossip['pubsub']): Gossip['pubsub'] => {
  const stop = pubsub.stop.bind(pubsub)
  pubsub.stop = () => {
    const { status } = pubsub as unknown as {
      readonly status: { readonly heartbeatTimeout?: NodeJS.Timeout }
    }
    clearTimeout(status.heartbeatTimeout)
    return stop()
  }
  return pubsub
}

export const createGossip = (parts: HostParts, gate: Gate): Gossip => {
  const members = createMemberRegistrar(parts.registrar, gate)
  const pubsub = gossipsub({
    allowPublishToZeroTopicPeers: true,
    batchPublish: true,
    emitSelf: false,
    fallbackToFloodsub: false,
    globalSignaturePolicy: 'StrictSign',
    heartbeatInterval: GOSSIP_HEARTBEAT_MS,
    ignoreDuplicatePublishError: true,
    maxOutboundBufferSize: GOSSIP_QUEUE_BYTES_MAX,
    scoreParams: NO_SCORES,
    tagMeshPeers: false,
  })({
    privateKey: parts.privateKey,
    peerId: parts.peerId,
    peerStore: parts.peerStore,
    connectionManager: parts.connectionManager,
    logger: parts.logger,
    registrar: members.registrar,
  })
  return { pubsub: clearingHeartbeat(pubsub as Gossip['pubsub']), members }
}
