import { type Decision, type DecisionView, isKept } from '../../protocols/decisions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'

const short = (revision: string): string => revision.slice(0, 12)

/** A decision as a sentence for people. */
export const describeDecision = (decision: Decision, nameOf: (node: NodeId) => string): string => {
  switch (decision.type) {
    case 'revisionAccepted': {
      const { object, revision, removed } = decision
      return `${object}: ${removed ? 'removal' : 'edit'} ${short(revision)} accepted`
    }
    case 'revisionsTrimmed':
      return `${decision.object}: ${decision.revisions.length} old edits dropped`
    case 'nodeAdmitted':
      return `${decision.name} admitted`
    case 'nodeRemoved':
      return `${nameOf(decision.node)} ${decision.revoked === undefined ? 'removed' : 'revoked'}`
    case 'nodeDrained':
      return `${nameOf(decision.node)} ${decision.draining ? 'drained' : 'in service again'}`
    case 'issuerGranted':
      return `${nameOf(decision.node)} issues certificates`
    case 'issuerRevoked':
      return `${nameOf(decision.node)} issues certificates no more`
    case 'taskAssigned':
      return `${decision.object}: slot ${decision.slot} given to ${nameOf(decision.node)}`
    case 'taskReleased':
      return `task ${decision.task} released`
    case 'accountAdded':
      return `user ${decision.name} added`
    case 'generationBegan':
      return `generation ${decision.record.number} begun at ${nameOf(decision.record.by)}`
    default:
      return decision.type
  }
}

/** Whether what the decision did is so in `view`; null where a view does not tell. */
export const isSo = (
  decision: Decision,
  { objects, nodes, removedNodes, revocations }: DecisionView,
): boolean | null => {
  switch (decision.type) {
    case 'revisionAccepted': {
      const object = objects.get(decision.object)
      return object !== undefined && isKept(object, decision.revision)
    }
    case 'nodeAdmitted':
      return nodes.has(decision.node)
    case 'nodeRemoved':
      return removedNodes.has(decision.node)
    case 'issuerRevoked':
      return revocations.has(decision.credential)
    case 'nodeDrained':
      return nodes.get(decision.node)?.draining === decision.draining
    default:
      return null
  }
}
