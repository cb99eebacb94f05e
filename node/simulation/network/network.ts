import { CoterieError } from '../../../protocols/errors/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Random } from '../../ports/clock.ts'
import type { Channel, Connections, Network, PeerEvent } from '../../ports/network.ts'
import type { Timeline } from '../timeline.ts'
import { createContacts, type Presence } from './contacts.ts'
import { createLinks, type Links } from './links.ts'
import { createRequests } from './requests.ts'
import { createStreams } from './streams.ts'
import type { NetworkLife, NetworkLifeInit, World } from './world.ts'

/** The network port of one life. */
export interface LifeNetwork extends Omit<Network, 'start' | 'stop'> {
  /** Messages that are handed over as they are, with no codec in between. */
  channel<Message>(name: string): Channel<Message>
  /** The life is over. */
  end(): void
}

export interface SimulatedNetwork {
  readonly links: Links
  /** The network for a life that begins. */
  enter(life: NetworkLifeInit): LifeNetwork
  /** A message that a node's own parts did not send: `to` hears it as from that node, if it lets it in. */
  say(from: NodeId, to: NodeId, name: string, message: unknown): void
}

type Listener = (from: NodeId, message: never) => void

/**
 * All that lies between the nodes. Messages go wherever a link is not cut and both let each other in, connected or not,
 * which is harsher than one connection per pair: a link that is cut one way goes on carrying the other way.
 */
export const createSimulatedNetwork = (timeline: Timeline, random: Random): SimulatedNetwork => {
  const links = createLinks(timeline, random)
  const contacts = createContacts(timeline, random, links)
  const lives = new Map<NodeId, NetworkLife>()
  const world: World = { links, contacts, lifeOf: (node) => lives.get(node) ?? null }

  const say = (from: NodeId, to: NodeId, name: string, message: unknown): void =>
    links.send(from, to, () => {
      const other = lives.get(to)
      other?.gate.enter(() => other.receive(from, name, message))
    })

  const enter = (init: NetworkLifeInit): LifeNetwork => {
    const { self, gate } = init
    const listeners = new Map<string, Listener>()
    const peerListeners = new Set<(event: PeerEvent) => void>()
    const presence: Presence = {
      self,
      members: new Set(),
      isUp: () => gate.isOpen,
      peer: (event) =>
        gate.enter(() => {
          for (const listener of peerListeners) listener(event)
        }),
    }
    const receive = (from: NodeId, name: string, message: unknown): void => {
      if (presence.members.has(from)) listeners.get(name)?.(from, message as never)
    }
    const life: NetworkLife = {
      ...init,
      requests: createRequests(world, init),
      streams: createStreams(world, init),
      receive,
    }

    const send = (to: NodeId, name: string, message: unknown): void => {
      if (!gate.isOpen || !presence.members.has(to)) return
      say(self, to, name, message)
    }
    const connections: Connections = {
      self,
      addresses: () => [`/dns4/${self}/tcp/4001`],
      connected: () => contacts.connected(self),
      setMembers: (members) => {
        presence.members = members
        contacts.review()
      },
      learn: () => {},
      dial: async (address) => {
        throw new CoterieError('peerUnreachable', { peer: address, detail: 'nobody is dialled here' })
      },
      hangUp: () => {},
      onPeer: (listener) => {
        peerListeners.add(listener)
        return () => void peerListeners.delete(listener)
      },
    }
    lives.set(self, life)
    contacts.enter(presence)
    return {
      connections,
      requests: life.requests,
      streams: life.streams,
      messages: {
        send,
        onMessage: (protocol, listener) => void listeners.set(protocol, listener),
      },
      topics: {
        publish: (topic, payload) => {
          for (const peer of contacts.connected(self)) send(peer, topic, payload)
        },
        subscribe: (topic, listener) => void listeners.set(topic, listener),
      },
      channel: (name) => ({
        send: (to, message) => send(to, name, message),
        onMessage: (listener) => void listeners.set(name, listener),
      }),
      end: () => {
        if (lives.get(self) === life) lives.delete(self)
        contacts.leave(presence)
      },
    }
  }

  return { links, enter, say }
}
