/** Who the simulated members are, and what they know of each other when the simulation begins. */
import type { MembershipMessage } from '../../../protocols/membership/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'

const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** As long as the peer id of an Ed25519 key. */
const NODE_PREFIX = '12D3KooW'
const NODE_LENGTH = 52
/** As many as one message carries. */
const RECORDS_PER_MESSAGE = 128

export const nodeAt = (at: number): NodeId => {
  let name = ''
  for (let rest = at; name.length < NODE_LENGTH - NODE_PREFIX.length; rest = Math.floor(rest / DIGITS.length))
    name = `${DIGITS[rest % DIGITS.length]}${name}`
  return `${NODE_PREFIX}${name}`
}

/** Three ways to dial a machine: two networks, and WebSockets. */
export const addressesOf = (at: number): string[] => {
  const host = `${at >> 8}.${at & 255}`
  return [`/ip4/192.168.${host}/tcp/7946`, `/ip4/10.0.${host}/tcp/7946`, `/ip4/192.168.${host}/tcp/7947/ws`]
}

/** Everybody at its first incarnation, as one member tells another. */
export const recordsOf = (size: number): readonly MembershipMessage[] => {
  const records = Array.from({ length: size }, (_, at) => ({
    node: nodeAt(at),
    state: 'alive' as const,
    incarnation: 1,
    addresses: addressesOf(at),
    accusers: [],
  }))
  const [first] = records
  const speaker = { incarnation: 1, left: false, addresses: first?.addresses ?? [] }
  return Array.from({ length: Math.ceil(size / RECORDS_PER_MESSAGE) }, (_, part) => ({
    speaker,
    news: records.slice(part * RECORDS_PER_MESSAGE, (part + 1) * RECORDS_PER_MESSAGE),
    body: { type: 'records' as const },
  }))
}
