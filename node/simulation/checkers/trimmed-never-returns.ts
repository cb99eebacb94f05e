import { isTrimmed } from '../../../protocols/decisions/index.ts'
import type { CreateChecker } from '../observation.ts'

/** A revision that the log trimmed is taken from nobody: else the history of an object would never end. */
export const createTrimmedNeverReturns: CreateChecker = (world) => ({
  name: 'trimmed-never-returns',
  sees: ['learned'],
  judge: (observation) => {
    if (observation.type !== 'learned') return null
    const { node, revisions } = observation
    const view = world.coreOf(node)?.planes.decisions.view
    const back = view === undefined ? undefined : revisions.find((revision) => isTrimmed(view, revision))
    return back === undefined
      ? null
      : `${node} took ${back.id.slice(0, 8)} of ${back.object}, which was trimmed`
  },
})
