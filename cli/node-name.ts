/** What people call members: by name, or by the beginning of an id. */
import type { NodeSummary } from '../protocols/control/index.ts'
import { CoterieError } from '../protocols/errors/index.ts'
import { nearestOf } from './near-name.ts'

type Named = Pick<NodeSummary, 'id' | 'name'>

/** Letters of an id that are enough: the first eight of all ids are the same. */
const ID_LENGTH_MIN = 12

/** The one member of that name, or whose id begins so. @throws `nodeUnknown`, `nodeAmbiguous` */
export const findNode = <Known extends Named>(nodes: readonly Known[], given: string): Known => {
  const found = nodes.filter(
    ({ id, name }) => name === given || (given.length >= ID_LENGTH_MIN && id.startsWith(given)),
  )
  const [only, ...others] = found
  if (only === undefined) {
    const near = nearestOf(
      given,
      nodes.map(({ name }) => name),
    )
    throw new CoterieError('nodeUnknown', { node: given, near })
  }
  if (others.length > 0)
    throw new CoterieError('nodeAmbiguous', { node: given, ids: found.map(({ id }) => id) })
  return only
}
