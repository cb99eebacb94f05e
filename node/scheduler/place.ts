/**
 * Where a task goes: filters, then machines that nothing strains, then fewest replicas of the same service, then best fit.
 *
 * Spreading comes before packing because the point of two replicas is that one machine may die. Best fit (the
 * node with the least memory left over) keeps large gaps for large tasks; idea: bin packing as in Nomad.
 */
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { countReasons, type Room, refusal } from './filters.ts'
import { compareRooms } from './order.ts'

export type Placement =
  | { readonly fits: true; readonly node: NodeId; readonly reason: string }
  | { readonly fits: false; readonly reason: string }

/** "; rather not on battery on 1 of 3 nodes", or nothing where no node was passed over for it. */
const strainsOf = (fitting: readonly Room[], nodes: number): string => {
  const strains = fitting.flatMap(({ node }) => node.strain ?? [])
  return strains.length === 0 ? '' : `; passed over: ${countReasons(strains, nodes)}`
}

/** The node for one more task of `spec`; `avoid` is where the slot just failed, taken only if nothing else fits. */
export const place = (spec: ServiceSpec, rooms: readonly Room[], avoid: NodeId | null): Placement => {
  const refusals: string[] = []
  const fitting = rooms.filter((room) => {
    const reason = refusal(spec, room)
    if (reason !== null) refusals.push(reason)
    return reason === null
  })
  const [best] = fitting.sort(
    (a, b) => Number(a.node.node === avoid) - Number(b.node.node === avoid) || compareRooms(a, b, spec),
  )
  if (best === undefined) return { fits: false, reason: countReasons(refusals, rooms.length) }
  const others = refusals.length === 0 ? '' : `; not elsewhere: ${countReasons(refusals, rooms.length)}`
  const { strain } = best.node
  const strains =
    strain === null ? strainsOf(fitting, rooms.length) : `; it is ${strain}, and nothing better fits`
  const spread = best.replicas === 0 ? 'no replica there yet' : `fewest replicas (${best.replicas})`
  return {
    fits: true,
    node: best.node.node,
    reason: `${spread}, best fit with ${best.memoryFreeMb} MB free${strains}${others}`,
  }
}
