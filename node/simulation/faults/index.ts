import type { Mesh } from '../mesh.ts'
import { between, pick, type Range } from '../random.ts'
import type { Fault } from './fault.ts'

/** Time from one fault to the next, in milliseconds; many last longer, so they overlap. */
const PAUSE_MS: Range = [200, 3_000]

const FAULTS: readonly Fault[] = []

/** Lets faults happen until the returned function ends it; what is under way then ends in its own time. */
export const startFaults = (mesh: Mesh): (() => void) => {
  const { timeline, random, observe } = mesh
  let cancel: () => void
  const next = (): void => {
    cancel = timeline.after(between(random, PAUSE_MS), () => {
      const what = FAULTS.length > 0 ? pick(random, FAULTS)(mesh) : 'none'
      observe({ type: 'fault', what })
      next()
    })
  }
  next()
  return () => cancel()
}
