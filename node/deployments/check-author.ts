import type { DecisionView } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

/** Nothing is written where it never takes effect. @throws `edgeMayNotWrite` */
export const checkAuthor = ({ edges, nodes }: DecisionView, self: NodeId): void => {
  if (!edges.has(self)) return
  const full = [...nodes.values()].flatMap(({ role, name }) => (role === 'full' ? [name] : []))
  throw new CoterieError('edgeMayNotWrite', { name: nodes.get(self)?.name ?? self, full: full.sort() })
}
