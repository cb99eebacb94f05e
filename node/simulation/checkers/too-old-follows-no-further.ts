import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { versionNeeded } from '../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'
import { decisionOf } from './decision-of.ts'

/** A node that meets an entry of a version that it does not support applies neither that one nor any after it, in this life. */
export const createTooOldFollowsNoFurther: CreateChecker = () => {
  /** The greatest version that each node supports in its present life. */
  const supported = new Map<NodeId, number>()
  /** The first entry of each that it does not. */
  const unknown = new Map<NodeId, number>()
  /** By index: the term of an entry, and the version that it needs. Most nodes have an entry as an object of their own. */
  const needed: { readonly term: number; readonly version: number }[] = []

  const neededBy = (entry: LogEntry): number => {
    if (entry.kind !== 'decision') return 0
    const { index, term } = entry
    const known = needed[index]
    if (known?.term === term) return known.version
    const version = versionNeeded(decisionOf(entry))
    needed[index] = { term, version }
    return version
  }

  return {
    name: 'too-old-follows-no-further',
    sees: ['started', 'restored', 'committed', 'applied'],
    judge: (observation) => {
      switch (observation.type) {
        case 'started':
          supported.set(observation.node, observation.versions.most)
          unknown.delete(observation.node)
          return null
        case 'restored':
          unknown.delete(observation.node)
          return null
        case 'committed': {
          const { node, entries } = observation
          const most = supported.get(node) ?? 0
          const first = entries.find((entry) => neededBy(entry) > most)
          if (first !== undefined && !unknown.has(node)) unknown.set(node, first.index)
          return null
        }
        case 'applied': {
          const { node, applied } = observation
          const halt = unknown.get(node)
          return halt === undefined || applied.index < halt
            ? null
            : `${node} applied entry ${applied.index}, and does not understand entry ${halt}`
        }
        default:
          return null
      }
    },
  }
}
