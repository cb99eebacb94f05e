import { type DocumentId, documentKey } from '../../../crdt/records/index.ts'
import { isClosed, type ProjectPeriods } from '../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker, World } from '../observation.ts'

/** All nodes are looked at so often, in milliseconds of virtual time. */
const EVERY_MS = 1_000

interface Look {
  /** What the node's own log had closed; by project. */
  readonly periods: ReadonlyMap<string, ProjectPeriods>
  /** Its documents of closed periods, by key, with the number of their records. */
  readonly closed: ReadonlyMap<string, { readonly id: DocumentId; readonly size: number }>
}

const lookAt = (world: World, node: NodeId): Look | null => {
  const core = world.coreOf(node)
  if (core === null) return null
  const periods = new Map(core.planes.decisions.view.periods)
  const closed = core.records.documents().filter(({ id }) => isClosed(periods, id))
  return {
    periods,
    closed: new Map(closed.map(({ id, index }) => [documentKey(id), { id, size: index.size }])),
  }
}

/**
 * A document whose period a node knows to be over takes nothing any more, and once it is dropped it is not there again: else
 * what grows with time would never go.
 */
export const createClosedDocumentsNeverReturn: CreateChecker = (world) => {
  /** The last look at each node whose parts all work; null before the first in this life, for documents are read from disk. */
  const looks = new Map<NodeId, Look | null>()
  let lastMs = 0

  const judgeNode = (node: NodeId, before: Look | null, now: Look): string | null => {
    for (const [key, { id, size }] of now.closed) {
      if (before === null || !isClosed(before.periods, id)) continue
      const had = before.closed.get(key)?.size ?? 0
      if (size > had) return `${node} has ${size} records of ${key}, which is closed, and had ${had}`
    }
    return null
  }

  return {
    name: 'closed-documents-never-return',
    sees: ['ready', 'ended', 'sent', 'task'],
    judge: (observation) => {
      if (observation.type === 'ready') looks.set(observation.node, null)
      if (observation.type === 'ended') looks.delete(observation.node)
      if (world.nowMs() - lastMs < EVERY_MS) return null
      lastMs = world.nowMs()
      for (const [node, before] of looks) {
        const now = lookAt(world, node)
        if (now === null) continue
        const broken = judgeNode(node, before, now)
        if (broken !== null) return broken
        looks.set(node, now)
      }
      return null
    },
  }
}
