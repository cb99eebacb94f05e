import type { Random } from '../../../node/ports/clock.ts'
import { pick } from '../../../node/simulation/random.ts'
import type { Decision, DecisionView } from '../../../protocols/decisions/index.ts'

/** The decision with what must hold for it to count, where it carries such: most that are drawn would be refused. */
export const fitting = (random: Random, view: DecisionView, decision: Decision): Decision => {
  switch (decision.type) {
    case 'taskAssigned': {
      const [holder] = [...view.tasksOf(decision.object)].filter(({ slot }) => slot === decision.slot)
      const history = view.objects.get(decision.object)?.history ?? [decision.revision]
      return { ...decision, revision: pick(random, history), replaces: holder?.task ?? null }
    }
    case 'updateProgressed': {
      const known = view.updates.get(decision.object)
      const { head = decision.revision, history = [] } = view.objects.get(decision.object) ?? {}
      const back = known === undefined ? (history[1] ?? null) : known.back
      const { phase } = decision
      const resting = { phase: 'resting' as const, changing: [], opened: 0, failed: [] }
      const changed = phase === 'resting' || decision.changing.length === 0 ? resting : {}
      return { ...decision, revision: head, step: (known?.step ?? 0) + 1, back, ...changed }
    }
    case 'updateSteered': {
      const { head = decision.revision, history = [] } = view.objects.get(decision.object) ?? {}
      return { ...decision, revision: head, to: pick(random, [head, ...history]) }
    }
    case 'runSettled': {
      const task = pick(random, [...view.tasks.keys(), decision.task])
      const [project, job] = task.split('.')
      return { ...decision, task, run: `${project}.${job}.${pick(random, [1, 2, 3])}` }
    }
    case 'volumePrimaryNamed': {
      const known = view.volumes.get(decision.volume)
      const primary = pick(random, known?.replicas ?? [decision.primary])
      return { ...decision, primary, epoch: (known?.epoch ?? 0) + 1 }
    }
    case 'volumeReplicasSet': {
      const known = view.volumes.get(decision.volume)
      if (known === undefined) return decision
      const replicas = [known.primary, ...decision.replicas].slice(0, 16)
      return { ...decision, replicas, replaces: [...known.replicas], epoch: known.epoch }
    }
    default:
      return decision
  }
}
