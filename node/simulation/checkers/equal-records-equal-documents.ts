import { documentKey } from '../../../crdt/records/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker, World } from '../observation.ts'

/** All nodes are compared so often, in milliseconds of virtual time. */
const EVERY_MS = 4_000

/** All records in the open documents of a node, as they are. */
const contentOf = (world: World, node: NodeId): string =>
  (world.coreOf(node)?.records.documents() ?? [])
    .map((document) => `${documentKey(document.id)} ${[...document.entries()].map(([id]) => id).sort()}`)
    .join('\n')

/** Nodes that hold equal digests of task records hold the same: else neither would ever ask the other for what it lacks. */
export const createEqualRecordsEqualDocuments: CreateChecker = (world) => {
  let lastMs = 0
  return {
    name: 'equal-records-equal-documents',
    sees: ['sent', 'task'],
    judge: () => {
      if (world.nowMs() - lastMs < EVERY_MS) return null
      lastMs = world.nowMs()
      const byDigest = new Map<string, readonly [node: NodeId, content: string]>()
      for (const node of world.nodes) {
        const records = world.coreOf(node)?.records
        if (records === undefined || records.documents().length === 0) continue
        const content = contentOf(world, node)
        const [other, same] = byDigest.get(records.digest()) ?? [node, content]
        byDigest.set(records.digest(), [other, same])
        if (same !== content) return `${node} and ${other} have equal digests of other task records`
      }
      return null
    },
  }
}
