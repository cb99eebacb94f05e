/**
 * A set of verified revocations that only grows, and which of them count.
 *
 * Guarantees: merging is commutative, associative and idempotent, whatever is lost, repeated or reordered on the way; whoever holds
 * the same records and knows the same of the log comes to the same judgement. Signatures are verified by whoever calls.
 */
import type { NodeId } from '../wire/index.ts'
import type { Statement } from './record.ts'

/** Of one signer, the earliest: as many machines as a mesh has at most. */
export const RECORDS_PER_SIGNER_MAX = 1_000

/** Who stands for a record: all of it is what the root has signed. */
export interface Signer {
  /** SHA-256 of its certificate, in hexadecimal. */
  readonly fingerprint: string
  /** Null for the root itself. */
  readonly node: NodeId | null
  /** Since when it may sign; of two issuers the elder outranks the other. */
  readonly sinceMs: number
  readonly untilMs: number
}

/** A record whose signature was verified. */
export interface Revocation {
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly id: string
  readonly bytes: Uint8Array
  readonly statement: Statement
  readonly signer: Signer
}

/** By id. */
export type RevocationSet = ReadonlyMap<string, Revocation>

/** The log, as far as it outranks records. */
export interface KnownOfLog {
  readonly removedNodes: { has(node: NodeId): boolean }
  /** By fingerprint. */
  readonly revocations: { has(fingerprint: string): boolean }
  /** Since when a node issues; null for one that does not. */
  issuesSinceMs(node: NodeId): number | null
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const earlier = (a: Revocation, b: Revocation): number =>
  a.statement.atMs - b.statement.atMs || compare(a.id, b.id)

/** What is kept of one signer's records: of each node the earliest, and of those the earliest. */
const keptOf = (records: readonly Revocation[]): readonly Revocation[] => {
  const byNode = new Map<NodeId, Revocation>()
  for (const record of records.toSorted(earlier))
    if (!byNode.has(record.statement.node)) byNode.set(record.statement.node, record)
  return [...byNode.values()].slice(0, RECORDS_PER_SIGNER_MAX)
}

/** The same set where nothing is new. */
export const merge = (set: RevocationSet, records: Iterable<Revocation>): RevocationSet => {
  const added = [...records].filter(({ id }) => !set.has(id))
  if (added.length === 0) return set
  const next = new Map(set)
  for (const signer of new Set(added.map(({ signer: { fingerprint } }) => fingerprint))) {
    const isTheirs = ({ signer: { fingerprint } }: Revocation): boolean => fingerprint === signer
    const all = [...set.values(), ...added].filter(isTheirs)
    for (const { id } of all) next.delete(id)
    for (const record of keptOf(all)) next.set(record.id, record)
  }
  const isSame = next.size === set.size && [...next.keys()].every((id) => set.has(id))
  return isSame ? set : next
}

/** Without those whose signer's certificate has ended; the same set where none has. */
export const withoutOver = (set: RevocationSet, wallMs: number): RevocationSet => {
  const lasting = [...set].filter(([, { signer }]) => signer.untilMs > wallMs)
  return lasting.length === set.size ? set : new Map(lasting)
}

/** Lower comes first. The root's is before all. */
interface Rank {
  readonly sinceMs: number
  readonly node: NodeId
}

const ROOT: Rank = { sinceMs: Number.NEGATIVE_INFINITY, node: '' }

const byRank = (a: Rank, b: Rank): number =>
  a.sinceMs === b.sinceMs ? compare(a.node, b.node) : a.sinceMs < b.sinceMs ? -1 : 1

/** By the earliest that is known of each: nobody grows younger by another certificate. */
const ranksOf = (set: RevocationSet, log: KnownOfLog) => {
  const signed = new Map<NodeId, number>()
  for (const { node, sinceMs } of new Set(Array.from(set.values(), ({ signer }) => signer)))
    if (node !== null) signed.set(node, Math.min(sinceMs, signed.get(node) ?? Number.POSITIVE_INFINITY))
  return (node: NodeId | null): Rank => {
    if (node === null) return ROOT
    const known = [signed.get(node), log.issuesSinceMs(node)].filter((sinceMs) => sinceMs != null)
    return { node, sinceMs: Math.min(...known) }
  }
}

/**
 * Who is revoked, by a record that counts: its signer outranks the node that it is about, and is neither revoked itself nor
 * given up by the log. Higher ranks are heard first, so each signer is judged before what it signed.
 */
export const judge = (set: RevocationSet, log: KnownOfLog): ReadonlyMap<NodeId, Revocation> => {
  const rankOf = ranksOf(set, log)
  const standing = [...set.values()].filter(({ signer: { node, fingerprint } }) => {
    return (node === null || !log.removedNodes.has(node)) && !log.revocations.has(fingerprint)
  })
  const ranked = standing
    .map((record) => ({ record, rank: rankOf(record.signer.node) }))
    .sort((a, b) => byRank(a.rank, b.rank) || earlier(a.record, b.record))
  const revoked = new Map<NodeId, Revocation>()
  for (const { record, rank } of ranked) {
    const { node } = record.statement
    const { node: signer } = record.signer
    if (revoked.has(node) || (signer !== null && revoked.has(signer))) continue
    if (byRank(rank, rankOf(node)) < 0) revoked.set(node, record)
  }
  return revoked
}
