/** The mesh as a whole: its name, and at which version it is. See docs/design/versions.md. */
import { type Static, Type } from 'typebox'
import { FIRST_VERSION, MeshVersionSchema } from '../versions/index.ts'
import { NameSchema } from '../wire/index.ts'
import { TrustSchema } from './issuers.ts'
import { ACCEPTED, IndexSchema, MeshIdSchema, type Outcome, refuse } from './names.ts'

export const MeshFoundedSchema = Type.Object({
  type: Type.Literal('meshFounded'),
  mesh: MeshIdSchema,
  name: NameSchema,
  atMs: Type.Integer(),
  /** Absent where it begins at the first one. */
  version: Type.Optional(MeshVersionSchema),
  /** Absent of a mesh whose nodes prove nothing by certificates. */
  trust: Type.Optional(TrustSchema),
})

export const MeshVersionRaisedSchema = Type.Object({
  type: Type.Literal('meshVersionRaised'),
  version: MeshVersionSchema,
  /** The last entry that the leader had applied when it looked what the members support. */
  asOf: IndexSchema,
})

/** Which mesh it is. */
export interface MeshName {
  readonly mesh: string
  readonly name: string
  readonly foundedAtMs: number
}

/** The name is given once; the version never falls. */
export const createMesh = () => {
  let name: MeshName | null = null
  let version = FIRST_VERSION
  return {
    name: (): MeshName | null => name,
    version: (): number => version,
    found: (decision: Static<typeof MeshFoundedSchema>): Outcome => {
      if (name !== null) return refuse(`the mesh ${name.name} is founded already`)
      name = { mesh: decision.mesh, name: decision.name, foundedAtMs: decision.atMs }
      version = Math.max(version, decision.version ?? FIRST_VERSION)
      return ACCEPTED
    },
    /** `lastAdmittedIndex`: of the entry that admitted the newest member. */
    raise: (raised: Static<typeof MeshVersionRaisedSchema>, lastAdmittedIndex: number): Outcome => {
      if (raised.version <= version) return ACCEPTED
      if (lastAdmittedIndex > raised.asOf)
        return refuse(`a node was admitted after entry ${raised.asOf}, and may not support it`)
      version = raised.version
      return ACCEPTED
    },
    /** What is decided by a person who recovers a quorum asks nobody: whoever is older stops following there. */
    reach: (reached: number): void => {
      version = Math.max(version, reached)
    },
    restore: (restored: MeshName | null, restoredVersion: number): void => {
      name = restored
      version = restoredVersion
    },
  }
}
