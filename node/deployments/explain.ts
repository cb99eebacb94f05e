/** Why the tasks of a service are where they are, and what speaks against each other node. */
import type { Explanation } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { acceptedService, nodeName, serviceOf } from './queries.ts'
import type { DeploymentComponents } from './types.ts'

/** `slot`: as a place for which the nodes are judged; null for one more replica. @throws `serviceUnknown`, `revisionMissing` */
export const explain = (
  components: DeploymentComponents,
  service: { readonly project: string; readonly name: string },
  slot: number | null,
): Explanation => {
  const { decisions, intent, waiting, judgeNodes } = components
  const accepted = acceptedService(components, service)
  const { object, head } = accepted
  const spec = intent.resolveSpec(head)
  if (spec === null) throw new CoterieError('revisionMissing', { revisions: [head] })
  const own = [...decisions.view.tasksOf(object)].sort((a, b) => a.slot - b.slot)
  const held = own.map(({ slot, task, node, reason }) => ({
    slot,
    task,
    node: nodeName(components, node),
    reason,
  }))
  const open = waiting()
    .filter((wait) => wait.object === object && !own.some((task) => task.slot === wait.slot))
    .map(({ slot, reason }) => ({ slot, task: null, node: null, reason }))
  return {
    service: serviceOf(components, accepted),
    slots: [...held, ...open].sort((a, b) => a.slot - b.slot),
    nodes: [...judgeNodes({ object, spec, holder: own.find((task) => task.slot === slot) ?? null })],
  }
}
