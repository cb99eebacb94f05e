import { isCoterieError } from '../../../protocols/errors/index.ts'
import { SUPPORTED } from '../../../protocols/versions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { CreateChecker } from '../observation.ts'

/** The engine is another process, which may be gone or hang. */
const isExcused = (fields: { readonly error?: unknown }): boolean =>
  isCoterieError(fields.error, 'engineUnreachable')

/** Nothing is thrown that nobody catches, and nothing fails but by a disk: whatever else ends a daemon is a bug. */
export const createOnlyDisksFail: CreateChecker = () => {
  /** Nodes whose disk failed in their present life. */
  const failing = new Set<string>()
  /** Nodes that run the previous version. */
  const old = new Set<string>()
  const isHalt = ({
    node,
    fields,
  }: {
    readonly node: NodeId
    readonly fields: { readonly code?: unknown }
  }) => old.has(node) && fields.code === 'decisionUnknown'
  return {
    name: 'only-disks-fail',
    sees: ['started', 'diskFailed', 'threw', 'failed', 'logged'],
    judge: (observation) => {
      switch (observation.type) {
        case 'started':
          failing.delete(observation.node)
          if (observation.versions.most < SUPPORTED.most) old.add(observation.node)
          else old.delete(observation.node)
          return null
        case 'diskFailed':
          failing.add(observation.node)
          return null
        case 'threw':
          return `${observation.node} threw: ${observation.error.stack ?? observation.error.message}`
        case 'failed':
          return failing.has(observation.node)
            ? null
            : `${observation.node} failed: ${observation.error.stack ?? observation.error.message}`
        case 'logged':
          return observation.level !== 'error' ||
            isExcused(observation.fields) ||
            isHalt(observation) ||
            failing.has(observation.node)
            ? null
            : `${observation.node} says: ${observation.message} ${JSON.stringify(observation.fields)}`
        default:
          return null
      }
    },
  }
}
