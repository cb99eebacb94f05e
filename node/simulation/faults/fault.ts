import type { Mesh } from '../mesh.ts'

/** Does something to the mesh, arranges its end, and says in words what it was. */
export type Fault = (mesh: Mesh) => string
