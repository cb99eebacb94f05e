import { createHash } from 'node:crypto'
import type { NodeId } from '../../protocols/wire/index.ts'

const weightOf = (node: NodeId, candidate: NodeId): string =>
  createHash('sha256').update(`${node} ${candidate}`).digest('hex')

/**
 * The others in an order of the node's own, the same for everybody who asks: the first ones keep its copy. One that goes away
 * changes nothing for those before it (rendezvous hashing; Thaler and Ravishankar, 1998).
 */
export const inOrderFor = (node: NodeId, candidates: readonly NodeId[]): NodeId[] =>
  candidates
    .filter((candidate) => candidate !== node)
    .map((candidate) => ({ candidate, weight: weightOf(node, candidate) }))
    .sort((a, b) => (a.weight < b.weight ? -1 : 1))
    .map(({ candidate }) => candidate)
