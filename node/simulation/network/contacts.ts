import type { NodeId } from '../../../protocols/wire/index.ts'
import type { Random } from '../../ports/clock.ts'
import type { PeerEvent } from '../../ports/network.ts'
import { between, type Range } from '../random.ts'
import type { Timeline } from '../timeline.ts'
import type { Links } from './links.ts'

/** From when two could connect until they are: a dial, or the pause before the next one. */
const CONNECT_MS: Range = [5, 300]
/** From a process that ended, or a machine without power, until its peers notice. */
const GONE_MS: Range = [1, 3_000]
/** From a cut until a connection that carries nothing is given up. */
const CUT_MS: Range = [3_000, 6_000]

/** One life of a node, as the network sees it. */
export interface Presence {
  readonly self: NodeId
  /** Whom it lets in; empty before it said so. */
  members: ReadonlySet<NodeId>
  /** False once the life is over. */
  isUp(): boolean
  /** Told through the gate of the life. */
  peer(event: PeerEvent): void
}

/** A connection between two lives. */
export interface Contact {
  readonly isOpen: boolean
  readonly ends: readonly [Presence, Presence]
  /** Called once when it breaks; returns the end of the subscription. */
  onBroken(listener: () => void): () => void
}

/** Who is connected with whom. It follows from who is up, who lets whom in, and what is cut, some time later. */
export interface Contacts {
  /** A life begins; what its node was connected by before is gone. */
  enter(presence: Presence): void
  /** A life is over. */
  leave(presence: Presence): void
  /** Who is let in has changed. */
  review(): void
  of(a: NodeId, b: NodeId): Contact | null
  present(node: NodeId): Presence | null
  connected(node: NodeId): readonly NodeId[]
}

const NOBODY: readonly NodeId[] = []

export const createContacts = (timeline: Timeline, random: Random, links: Links): Contacts => {
  const presences = new Map<NodeId, Presence>()
  /** One node -> another -> the contact of both; each stands twice. */
  const contacts = new Map<NodeId, Map<NodeId, Contact & { close(): void }>>()
  const connected = new Map<NodeId, readonly NodeId[]>()
  /** Pairs that change soon. */
  const changing = new Set<string>()

  const of = (a: NodeId, b: NodeId) => contacts.get(a)?.get(b) ?? null

  const note = (node: NodeId): void => {
    connected.set(node, [...(contacts.get(node)?.keys() ?? NOBODY)].sort())
  }

  const set = (a: NodeId, b: NodeId, contact: (Contact & { close(): void }) | null): void => {
    const row = contacts.get(a) ?? new Map<NodeId, Contact & { close(): void }>()
    contacts.set(a, row)
    if (contact === null) row.delete(b)
    else row.set(b, contact)
    note(a)
  }

  const tell = (a: Presence, b: Presence, type: PeerEvent['type']): void => {
    a.peer({ type, peer: b.self })
    b.peer({ type, peer: a.self })
  }

  const connect = (a: Presence, b: Presence): void => {
    const listeners = new Set<() => void>()
    let isOpen = true
    const contact = {
      get isOpen() {
        return isOpen
      },
      ends: [a, b] as const,
      onBroken: (listener: () => void) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      close: () => {
        isOpen = false
        for (const listener of listeners) listener()
        listeners.clear()
      },
    }
    set(a.self, b.self, contact)
    set(b.self, a.self, contact)
    tell(a, b, 'connected')
  }

  const disconnect = (a: NodeId, b: NodeId): void => {
    const contact = of(a, b)
    if (contact === null) return
    set(a, b, null)
    set(b, a, null)
    contact.close()
    tell(...contact.ends, 'disconnected')
  }

  const maySpeak = (a: Presence, b: Presence): boolean => a.members.has(b.self) && b.members.has(a.self)
  const isCut = (a: NodeId, b: NodeId): boolean => links.isCut(a, b) || links.isCut(b, a)

  /** How long until the pair changes, or null where it is as it should be. */
  const dueMs = (a: NodeId, b: NodeId): Range | null => {
    const contact = of(a, b)
    if (contact === null) {
      const [one, other] = [presences.get(a), presences.get(b)]
      if (one === undefined || other === undefined) return null
      return maySpeak(one, other) && !isCut(a, b) ? CONNECT_MS : null
    }
    const [one, other] = contact.ends
    if (!one.isUp() || !other.isUp()) return GONE_MS
    return isCut(a, b) ? CUT_MS : null
  }

  const change = (a: NodeId, b: NodeId): void => {
    if (dueMs(a, b) === null) return
    const [one, other] = [presences.get(a), presences.get(b)]
    if (of(a, b) !== null) disconnect(a, b)
    else if (one !== undefined && other !== undefined) connect(one, other)
    reviewPair(a, b)
  }

  const reviewPair = (a: NodeId, b: NodeId): void => {
    const contact = of(a, b)
    if (contact !== null && !maySpeak(...contact.ends)) disconnect(a, b)
    const due = dueMs(a, b)
    if (due === null) return
    const pair = a < b ? `${a} ${b}` : `${b} ${a}`
    if (changing.has(pair)) return
    changing.add(pair)
    timeline.after(between(random, due), () => {
      changing.delete(pair)
      change(a, b)
    })
  }

  const review = (): void => {
    const nodes = [...new Set([...presences.keys(), ...contacts.keys()])]
    for (const [at, a] of nodes.entries()) for (const b of nodes.slice(at + 1)) reviewPair(a, b)
  }

  links.onChange(review)

  return {
    enter: (presence) => {
      for (const peer of connected.get(presence.self) ?? NOBODY) disconnect(presence.self, peer)
      presences.set(presence.self, presence)
      review()
    },
    leave: (presence) => {
      if (presences.get(presence.self) === presence) presences.delete(presence.self)
      review()
    },
    review,
    of,
    present: (node) => presences.get(node) ?? null,
    connected: (node) => connected.get(node) ?? NOBODY,
  }
}
