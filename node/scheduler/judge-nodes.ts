/** Every node as a place for one more task: why it would be taken, and why not. Pure, by what decides when it comes to it. */
import type { Assignment, ObjectKey } from '../../protocols/decisions/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { type Room, refusal } from './filters.ts'
import { createOccupancy } from './occupancy.ts'
import { compareRooms, ORDER } from './order.ts'
import { without } from './standing.ts'
import type { SchedulerView } from './view.ts'

export interface AskedPlace {
  readonly object: ObjectKey
  readonly spec: ServiceSpec
  /** The task that holds the slot, which is then judged as if it were not there; null for one more task. */
  readonly holder: Assignment | null
}

export interface NodeVerdict {
  readonly node: NodeId
  readonly name: string
  /** 1 for the one that would be taken; null where it cannot take the task. */
  readonly rank: number | null
  /** Why it cannot, or why the first one is preferred; empty for that one. */
  readonly why: string
  readonly memoryFreeMb: number
  /** Other replicas of the service there. */
  readonly replicas: number
}

/** By rank, then those that cannot take it, by name. */
export const judgeNodes = (view: SchedulerView, { object, spec, holder }: AskedPlace): NodeVerdict[] => {
  const staying = view.tasksOf(object).filter(({ task }) => task !== holder?.task)
  const standing = without(view.standing, holder === null ? [] : [holder], view.specOf)
  const rooms = createOccupancy(view.nodes, view.leases, standing, () => staying).rooms(object)
  const verdictOf = ({ node, memoryFreeMb, replicas }: Room, rank: number | null, why: string) => ({
    node: node.node,
    name: node.name,
    rank,
    why,
    memoryFreeMb,
    replicas,
  })
  const fitting = rooms
    .filter((room) => refusal(spec, room) === null)
    .sort((a, b) => compareRooms(a, b, spec))
  const [best] = fitting
  const ranked = fitting.map((room, at) =>
    verdictOf(room, at + 1, best === undefined || room === best ? '' : whyLater(best, room, spec)),
  )
  const others = rooms
    .flatMap((room) => {
      const why = refusal(spec, room)
      return why === null ? [] : [verdictOf(room, null, why)]
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return [...ranked, ...others]
}

/** The preference by which `best` comes before `room`. */
const whyLater = (best: Room, room: Room, spec: ServiceSpec): string => {
  const word = ORDER.find(({ compare }) => compare(best, room, spec) !== 0)?.word ?? ''
  return room.node.strain === null ? word : `${word} (${room.node.strain})`
}
