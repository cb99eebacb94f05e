import type { Revision } from '../../../crdt/index.ts'
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'

/** A mesh whose faults have ended, for all of it or for a core. */
export interface Healed {
  readonly mesh: Mesh
  /** Machines that work, and hear each other: a majority of the voters and of the members. */
  readonly core: readonly Machine[]
  /** Machines that nobody in the core hears. */
  readonly gone: readonly Machine[]
  /** What was confirmed to people. */
  readonly written: readonly Revision[]
  /** How far the log was applied in the core when it healed. */
  readonly appliedIndex: number
}

/** What must come about after healing. */
export interface Recovery {
  readonly name: string
  /** Milliseconds of virtual time. */
  readonly withinMs: number
  /** What has not come about yet, as words; null where all has. */
  missing(healed: Healed): string | null
}

/** The first that is not null of what is asked of each. */
export const firstOf = <Item>(items: Iterable<Item>, judge: (item: Item) => string | null): string | null => {
  for (const item of items) {
    const what = judge(item)
    if (what !== null) return what
  }
  return null
}
