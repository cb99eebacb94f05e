import type { ObjectKey } from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { reconcile } from './reconcile.ts'
import { without } from './standing.ts'
import type { Plan, SchedulerView } from './view.ts'

/** Stands for the revision that is not written yet; nothing has it. */
const UNWRITTEN = '0'.repeat(64)

/**
 * Where every slot of these services would go, as if none of them had a task yet: what runs of them now is to be
 * replaced, and counts for nothing. Pure, by the very functions that decide when it comes to it.
 */
export const previewPlan = (
  view: SchedulerView,
  services: readonly { readonly object: ObjectKey; readonly spec: ServiceSpec }[],
): Plan => {
  const own = services.flatMap(({ object }) => view.tasksOf(object))
  const accepted = {
    head: UNWRITTEN,
    hlc: { wallMs: 0, counter: 0 },
    removed: false,
    conflicts: [],
    history: [UNWRITTEN],
    past: [],
    trimmed: [],
  }
  return reconcile({
    ...view,
    services: services.map(({ object, spec }) => ({
      accepted: { ...accepted, object },
      target: UNWRITTEN,
      spec,
      update: null,
    })),
    tasksOf: () => [],
    standing: without(view.standing, own, view.specOf),
    failuresOf: () => null,
  })
}
