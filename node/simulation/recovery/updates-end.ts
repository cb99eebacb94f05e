import { targetIn, type Update } from '../../../protocols/decisions/index.ts'
import { updatePolicyOf } from '../../../protocols/spec/index.ts'
import type { Core } from '../../daemon/core.ts'
import type { Mesh } from '../mesh.ts'
import { STEERED } from '../workload/updates.ts'
import { firstOf, type Recovery } from './recovery.ts'

/** Whether an image is never here, whatever else happens. */
const isAbsent = ({ behaviourOf }: Mesh, { planes }: Core, revision: string | null): boolean => {
  const spec = revision === null ? null : planes.intent.resolveSpec(revision)
  return spec !== null && behaviourOf(spec, {}).pullMs === null
}

/** What is wrong with where an update is; null where it may stay so. */
const unrest = (row: Update, mesh: Mesh, core: Core): string | null => {
  const { object, state, phase, changing, revision, back, reason } = row
  if (reason === STEERED && state.endsWith('paused')) return null
  const what = `the update of ${object}`
  if (state === 'updating' || state === 'rollback_started')
    return `${what} is ${state} still, ${phase} with [${changing.join(' ')}], ${reason}`
  if (state === 'completed' && isAbsent(mesh, core, revision) && row.done > 0)
    return `${what} is completed, and its image cannot be had`
  const spec = core.planes.intent.resolveSpec(revision)
  if (state === 'paused' && back !== null && spec !== null && updatePolicyOf(spec).onFailure === 'rollback')
    return `${what} is paused by itself, and could have gone back`
  return null
}

/** Every update ends: at its head; where that fails, back at what ran before; or paused, where there is no way back or somebody wants it so. */
export const UPDATES_END: Recovery = {
  name: 'updates-end',
  // Four slots one after the other, each pulled, begun and watched; and back again.
  withinMs: 120_000,
  missing: ({ mesh, core }) => {
    const asked = core[0]?.core
    if (asked === null || asked === undefined) return 'nobody is there to be asked'
    const { view } = asked.planes.decisions
    return firstOf(view.updates.values(), (row) =>
      targetIn(view, row.object) === null ? null : unrest(row, mesh, asked),
    )
  },
}
