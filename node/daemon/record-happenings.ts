import type { Register } from '../../crdt/index.ts'
import type { ConsensusView } from '../../protocols/consensus/index.ts'
import type { Happening } from '../../protocols/control/index.ts'
import { type DecisionView, taskIdOf } from '../../protocols/decisions/index.ts'
import { FIRST_GENERATION } from '../../protocols/generations/index.ts'
import type { MemberView } from '../../protocols/membership/index.ts'
import type { Applied, Halt } from '../decisions/index.ts'
import { createConflictHappenings } from './conflict-happenings.ts'
import { taskStatusOf } from './observed.ts'
import { updateHappening } from './update-happenings.ts'

export interface HappeningSources {
  record(happening: Happening): void
  readonly decisions: {
    readonly view: DecisionView
    onApplied(listener: (applied: Applied) => void): () => void
    onRestored(listener: () => void): () => void
    onHalted(listener: (halt: Halt) => void): () => void
    onBatch(listener: () => void): () => void
  }
  readonly consensus: { onRole(listener: (view: ConsensusView) => void): () => void; view(): ConsensusView }
  readonly intent: {
    onChange(listener: (change: { readonly registers: readonly Register[] }) => void): () => void
  }
  readonly membership: {
    onChange(listener: (change: { readonly member: MemberView | null }) => void): () => void
  }
}

/** Turns what the parts of the daemon notice into the events that people read. */
export const recordHappenings = ({
  record,
  decisions,
  consensus,
  membership,
  intent,
}: HappeningSources): void => {
  const names = new Map<string, string>()
  const nameOf = (node: string): string =>
    decisions.view.nodes.get(node)?.name ?? names.get(node) ?? 'unnamed'
  const conflictsOf = createConflictHappenings(decisions.view)
  let leader: string | null = null
  let voters = ''
  let generation = FIRST_GENERATION

  const lookAtConsensus = () => {
    const view = consensus.view()
    if (view.leader !== leader) record({ type: 'leaderChanged', leader: view.leader, term: view.term })
    leader = view.leader
    const present = [...view.configuration.voters].sort().join()
    if (present !== voters && view.configuration.votersOutgoing.length === 0) {
      record({ type: 'votersChanged', voters: [...view.configuration.voters] })
      voters = present
    }
  }

  const lookAtGeneration = () => {
    const last = decisions.view.generations.at(-1)
    if (last === undefined || last.number === generation) return
    generation = last.number
    record({ type: 'generationBegan', generation, node: last.by, name: nameOf(last.by) })
  }

  decisions.onApplied(({ index, decision, outcome }) => {
    if (!outcome.ok) return
    if (decision.type === 'revisionAccepted') {
      const { object, revision, removed } = decision
      record({ type: 'revisionAccepted', object, revision, removed })
      for (const happening of conflictsOf(object)) record(happening)
    }
    const update = updateHappening(decisions.view, decision)
    if (update !== null) record(update)
    if (decision.type === 'taskAssigned') {
      const { object, slot, node, reason } = decision
      record({
        type: 'taskAssigned',
        task: taskIdOf(object, slot, decisions.view.tokenAt(index)),
        node,
        name: nameOf(node),
        reason,
      })
    }
    if (decision.type === 'taskReleased') record({ ...decision })
    if (decision.type === 'nodeAdmitted') {
      // As it is called from here on, which is not what it asked for where another node bore that name.
      const name = nameOf(decision.node)
      names.set(decision.node, name)
      record({ type: 'nodeAdmitted', node: decision.node, name })
    }
    if (decision.type === 'meshVersionRaised')
      record({ type: 'meshVersionRaised', version: decision.version })
    if (decision.type === 'nodeRemoved') {
      record({ type: 'nodeRemoved', node: decision.node, name: nameOf(decision.node) })
    }
  })
  decisions.onHalted((halt) => record({ type: 'followingHalted', ...halt }))
  // What a snapshot covers happened long ago.
  decisions.onRestored(() => {
    for (const object of decisions.view.objects.keys()) conflictsOf(object)
  })
  consensus.onRole(lookAtConsensus)
  decisions.onBatch(lookAtConsensus)
  decisions.onBatch(lookAtGeneration)
  intent.onChange(({ registers }) => {
    for (const register of registers) {
      const status = taskStatusOf(register)
      if (status === null) continue
      const { task, state, attempt, problem } = status
      record({
        type: 'taskChanged',
        task,
        node: register.node,
        name: nameOf(register.node),
        state,
        attempt,
        ...(status.state === 'running' && status.health !== undefined && { health: status.health }),
        problem,
      })
    }
  })
  membership.onChange(({ member }) => {
    if (member === null || !decisions.view.nodes.has(member.node)) return
    record({ type: 'memberChanged', node: member.node, name: nameOf(member.node), state: member.state })
  })
}
