import type { Generation } from '../../../protocols/generations/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import type { World } from '../observation.ts'

/** By its id; the first generation has none. */
export const keyOf = (generation: Generation | null | undefined): string => generation?.id ?? 'first'

/** The generation on a node's disk, which is the one of all that it says. */
export const generationOn = (world: World, node: NodeId): Generation | null =>
  world.durableOf(node).hardState?.generation ?? null
