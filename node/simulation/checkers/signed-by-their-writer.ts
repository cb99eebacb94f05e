import { registerClaim, revisionClaim } from '../../../crdt/index.ts'
import type { CreateChecker } from '../observation.ts'
import { signingOf } from '../signing.ts'

/** What a node takes over was signed by the node that it says wrote it. */
export const createSignedByTheirWriter: CreateChecker = () => ({
  name: 'signed-by-their-writer',
  sees: ['learned'],
  judge: (observation) => {
    if (observation.type !== 'learned') return null
    const { node, revisions, registers } = observation
    const { verify } = signingOf(node)
    const forgedRevision = revisions.find((revision) => !verify(revisionClaim(revision)))
    if (forgedRevision !== undefined)
      return `${node} took a revision of ${forgedRevision.object} that ${forgedRevision.author} never signed`
    const forged = registers.find((register) => !verify(registerClaim(register)))
    return forged === undefined ? null : `${node} took ${forged.key} that ${forged.node} never signed`
  },
})
