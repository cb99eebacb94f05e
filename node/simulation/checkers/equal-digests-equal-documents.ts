import { equals } from 'uint8arrays'
import type { RevisionId } from '../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { IntentService } from '../../intent/index.ts'
import type { CreateChecker, World } from '../observation.ts'

/** All nodes are compared so often, in milliseconds of virtual time. */
const EVERY_MS = 4_000

const intentOf = (world: World, node: NodeId): IntentService | null =>
  world.coreOf(node)?.planes.intent ?? null

/** Nodes whose digests are equal hold the same: else neither would ever ask the other for what it lacks. */
export const createEqualDigestsEqualDocuments: CreateChecker = (world) => {
  const revisions = new Set<RevisionId>()
  let lastMs = 0

  const differenceOf = (a: IntentService, b: IntentService): string | null => {
    for (const register of a.registers('')) {
      const other = b.register(register.node, register.key)
      if (other === null || !equals(other.bytes, register.bytes)) return `${register.key} of ${register.node}`
    }
    for (const id of revisions) if ((a.revision(id) === null) !== (b.revision(id) === null)) return id
    return null
  }

  const judgeAll = (): string | null => {
    const byDigest = new Map<string, readonly [NodeId, IntentService]>()
    for (const node of world.nodes) {
      const intent = intentOf(world, node)
      if (intent === null) continue
      const digest = intent.digest()
      const [other, otherIntent] = byDigest.get(digest) ?? [node, intent]
      byDigest.set(digest, [other, otherIntent])
      const difference = node === other ? null : differenceOf(intent, otherIntent)
      if (difference !== null) return `${node} and ${other} have equal digests, and differ in ${difference}`
    }
    return null
  }

  return {
    name: 'equal-digests-equal-documents',
    sees: ['learned', 'sent'],
    judge: (observation) => {
      if (observation.type === 'learned') for (const { id } of observation.revisions) revisions.add(id)
      if (world.nowMs() - lastMs < EVERY_MS) return null
      lastMs = world.nowMs()
      return judgeAll()
    },
  }
}
