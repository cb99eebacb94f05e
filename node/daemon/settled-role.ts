import type { ResolvedSettings } from '../../protocols/control/settings/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { Logger } from '../ports/logger.ts'

export interface RoleComponents {
  readonly self: NodeId
  readonly decisions: { readonly view: DecisionView; onBatch(listener: () => void): () => void }
  readonly logger: Logger
}

/** What to tell whoever asks for another role than the one with which this node joined; null where nobody does. */
export const roleNote = (
  self: NodeId,
  { nodes }: DecisionView,
  { values, sources }: ResolvedSettings,
): string | null => {
  const settled = nodes.get(self)?.role
  if (sources.role.from === 'default' || settled === undefined || settled === values.role) return null
  return `This node is ${settled === 'edge' ? 'an edge node' : 'a full node'}, as it joined: ${sources.role.name} ${values.role} changes nothing. To change its role, let it leave (coterie leave), and start it with an empty --data-dir, ${sources.role.name} ${values.role} and a join token for that.`
}

/** Logs that note once, as soon as the log tells which role this node has. */
export const followRole = ({ self, decisions, logger }: RoleComponents, settings: ResolvedSettings): void => {
  const look = (): void => {
    if (!decisions.view.nodes.has(self)) return
    stop()
    const note = roleNote(self, decisions.view, settings)
    if (note !== null) logger.warn({}, note)
  }
  const stop = decisions.onBatch(look)
  look()
}
