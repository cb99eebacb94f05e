import { configurationCodec, type LogEntry } from '../../../../protocols/consensus/index.ts'
import { type Decision, taskIdOf } from '../../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../../protocols/wire/index.ts'
import type { Tell, Watch } from './watch.ts'

export interface LogWatch extends Watch {
  /** Tells who votes, once more. */
  repeat(): void
}

/** What was decided, and who votes. Every node meets every entry, and meets it again after a restart: the first one tells. */
export const watchLog = (
  tell: Tell,
  nameOf: (node: NodeId) => string,
  tokenAt: (node: NodeId, index: number) => number,
): LogWatch => {
  let voters: readonly string[] = []
  let appliedToken = 0
  let configuredIndex = 0

  const decided = (token: number, decision: Decision): void => {
    if (decision.type === 'revisionAccepted') tell({ type: 'accepted', object: decision.object })
    if (decision.type === 'taskReleased')
      tell({ type: 'released', task: decision.task, reason: decision.reason })
    if (decision.type !== 'taskAssigned') return
    const { object, slot, node, reason } = decision
    const task = taskIdOf(object, slot, token)
    tell({ type: 'assigned', task, object, slot, node: nameOf(node), reason })
  }

  const configured = ({ index, kind, data }: LogEntry): void => {
    if (kind !== 'configuration' || index <= configuredIndex) return
    configuredIndex = index
    const configuration = configurationCodec.decode(data)
    if (configuration.votersOutgoing.length > 0) return
    voters = configuration.voters.map(nameOf)
    tell({ type: 'voters', voters })
  }

  return {
    observe: (observation) => {
      if (observation.type === 'committed') for (const entry of observation.entries) configured(entry)
      if (observation.type !== 'applied') return
      const { index, decision, outcome } = observation.applied
      const token = tokenAt(observation.node, index)
      if (token > appliedToken && outcome.ok) decided(token, decision)
      appliedToken = Math.max(appliedToken, token)
    },
    repeat: () => tell({ type: 'voters', voters }),
  }
}
