/**
 * A short sum of all that is known, by which two members find out where they differ. Sums are no proof against whoever
 * wants them to collide: membership does not cover members that lie.
 */
import type { NodeId } from '../wire/index.ts'
import { DIGEST_SUMS } from './limits.ts'
import { RANK } from './records.ts'
import type { Member } from './state.ts'
import type { Turn } from './turn.ts'
import type { MemberStatus } from './types.ts'

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** Fowler, Noll and Vo's hash 1a, of 32 bits. */
export const hashOf = (node: NodeId): number => {
  let hash = FNV_OFFSET
  for (let at = 0; at < node.length; at += 1) hash = Math.imul(hash ^ node.charCodeAt(at), FNV_PRIME)
  return hash >>> 0
}

/** Continues the hash of a node with its record; the addresses belong to the incarnation. */
const hashOfRecord = (hash: number, incarnation: number, state: MemberStatus): number => {
  let mixed = hash
  for (const word of [incarnation % 2 ** 32, Math.floor(incarnation / 2 ** 32), RANK[state]]) {
    mixed = Math.imul(mixed ^ word, FNV_PRIME)
    mixed ^= mixed >>> 15
  }
  return mixed >>> 0
}

const sumOf = (hash: number): number => hash % DIGEST_SUMS

/** The sums of all that this node knows, itself included. */
export const digestOf = (turn: Turn): number[] => {
  const sums = new Array<number>(DIGEST_SUMS).fill(0)
  const add = (hash: number, incarnation: number, state: MemberStatus): void => {
    const at = sumOf(hash)
    sums[at] = ((sums[at] as number) + hashOfRecord(hash, incarnation, state)) >>> 0
  }
  const { node, incarnation, left } = turn.own
  add(hashOf(node), incarnation, left ? 'left' : 'alive')
  for (const chunk of turn.members.current().chunks)
    for (const member of chunk)
      if (member.state !== 'unknown') add(member.hash, member.incarnation, member.state)
  return sums
}

/** Members whose sums differ. */
export const differing = (
  turn: Turn,
  ours: readonly number[],
  theirs: readonly number[],
): readonly Member[] => turn.members.filter(({ hash }) => ours[sumOf(hash)] !== theirs[sumOf(hash)])
