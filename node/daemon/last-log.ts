import { createDecisions, restoreDecisions } from '../../protocols/decisions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { LastLog } from '../certificates/index.ts'
import { decodeDecision } from '../decisions/index.ts'
import type { ConsensusStore } from '../ports/storage.ts'

export interface Own {
  readonly self: NodeId
  /** Where the log does not tell. */
  readonly name: string
  readonly role: LastLog['claims']['role']
}

/**
 * What the stored log says, before anything runs; also what may not be committed, since nobody is believed for standing there.
 * @throws `storeCorrupt`, `malformedMessage`
 */
export const readLastLog = async (
  store: Pick<ConsensusStore, 'load'>,
  { self, name, role }: Own,
): Promise<LastLog> => {
  const { entries, snapshot } = await store.load()
  const decisions = createDecisions()
  if (snapshot !== undefined)
    decisions.restore(restoreDecisions(snapshot.data.subarray(0, snapshot.data.byteLength)))
  for (const { index, kind, data } of entries) {
    if (index <= decisions.view.appliedIndex) continue
    if (kind === 'decision') decisions.apply(index, decodeDecision(data))
    else decisions.skip(index)
  }
  const { root, issuers, nodes } = decisions.view
  const member = nodes.get(self)
  const others = new Set([...issuers.keys(), ...nodes.keys()])
  others.delete(self)
  return {
    root,
    claims: {
      node: self,
      name: member?.name ?? name,
      role: member?.role ?? role,
      capabilities: member?.capabilities ?? [],
    },
    others: [...others],
  }
}
