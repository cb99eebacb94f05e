import type { Core } from '../../daemon/core.ts'
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'

/** One thing that a person, or a part outside the mesh, does at one node. */
export type Deed = (mesh: Mesh, machine: Machine, core: Core) => void

/** Whoever asks may be told that it did not work, or nothing at all. */
export const tried = (work: Promise<unknown>): void => {
  work.catch(() => undefined)
}
