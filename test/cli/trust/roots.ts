/** Roots of meshes as founding makes them. */
import assert from 'node:assert/strict'
import { type MeshRoot, readRoot } from '../../../cli/trust/mesh-root.ts'
import { makeRoot as make } from '../../../node/certificates/making.ts'

export const makeRoot = async (meshName: string): Promise<MeshRoot> => {
  const root = readRoot((await make(meshName, Date.now())).certificate)
  assert.ok(root !== null)
  return root
}
