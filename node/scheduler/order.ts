/** Which of the nodes that fit is taken: the first preference by which two of them differ, decides. */
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { Room } from './filters.ts'

export interface Preference {
  /** What is said of the room that comes later. */
  readonly word: string
  compare(a: Room, b: Room, spec: ServiceSpec): number
}

export const ORDER: readonly Preference[] = [
  {
    word: 'leases were lost there lately',
    compare: (a, b, spec) => (spec.exclusive === true ? Number(a.isHeldDown) - Number(b.isHeldDown) : 0),
  },
  {
    word: 'the machine is strained',
    compare: (a, b) => Number(a.node.strain !== null) - Number(b.node.strain !== null),
  },
  { word: 'more replicas of it are there', compare: (a, b) => a.replicas - b.replicas },
  {
    word: 'more memory would be left over there',
    compare: (a, b) => a.memoryFreeMb - b.memoryFreeMb,
  },
  {
    word: 'all else is equal, and its id comes later',
    compare: (a, b) => (a.node.node < b.node.node ? -1 : 1),
  },
]

/** Below 0 where `a` is preferred. */
export const compareRooms = (a: Room, b: Room, spec: ServiceSpec): number => {
  for (const { compare } of ORDER) {
    const difference = compare(a, b, spec)
    if (difference !== 0) return difference
  }
  return 0
}
