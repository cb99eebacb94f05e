import { documentKey, type RecordDocument } from '../../../crdt/records/index.ts'
import { isClosed } from '../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker, World } from '../observation.ts'

/** All nodes are looked at so often, in milliseconds of virtual time. */
const EVERY_MS = 1_000

/** The documents of a node whose periods are over by its own log. */
const closedOf = (world: World, node: NodeId): readonly RecordDocument[] => {
  const core = world.coreOf(node)
  if (core === null) return []
  const { periods } = core.planes.decisions.view
  return core.records.documents().filter(({ id }) => isClosed(periods, id))
}

/**
 * A document whose period the log closed takes nothing any more, and once a node has dropped it, it is not there again: else what
 * grows with time would never go.
 */
export const createClosedDocumentsNeverReturn: CreateChecker = (world) => {
  /** Node -> document -> its records when it was last seen closed; 0 once it is dropped. */
  const seen = new Map<NodeId, Map<string, number>>()
  /** Before all parts of a life work, documents are only read from disk. */
  const ready = new Set<NodeId>()
  let lastMs = 0

  const judgeNode = (node: NodeId, known: Map<string, number>): string | null => {
    const closed = new Map(closedOf(world, node).map(({ id, index }) => [documentKey(id), index.size]))
    for (const [key, size] of closed) {
      const before = known.get(key) ?? size
      if (size > before)
        return `${node} has ${size} records of ${key}, which is closed, and had ${before === 0 ? 'dropped it' : before}`
    }
    for (const key of known.keys()) known.set(key, 0)
    for (const [key, size] of closed) known.set(key, size)
    return null
  }

  return {
    name: 'closed-documents-never-return',
    sees: ['ready', 'ended', 'diskLost', 'sent', 'task'],
    judge: (observation) => {
      const { type } = observation
      if (type === 'ready') ready.add(observation.node)
      if (type === 'ended') ready.delete(observation.node)
      if (type === 'diskLost') seen.delete(observation.node)
      if (world.nowMs() - lastMs < EVERY_MS) return null
      lastMs = world.nowMs()
      for (const node of ready) {
        const known = seen.get(node) ?? new Map<string, number>()
        seen.set(node, known)
        const broken = judgeNode(node, known)
        if (broken !== null) return broken
      }
      return null
    },
  }
}
