/** Who is a member. */
import { type Static, Type } from 'typebox'
import { FIRST_VERSION, isSupported, rangeOf, VersionRangeSchema } from '../versions/index.ts'
import { AddressesSchema, MEMBERS_MAX, NameSchema, NodeIdSchema } from '../wire/index.ts'
import { CredentialIdSchema } from './credentials.ts'
import { freeName } from './free-name.ts'
import { ACCEPTED, IndexSchema, type Outcome, ReasonSchema, refuse, TimeSchema } from './names.ts'
import { type MemberRole, MemberRoleSchema } from './roles.ts'
import { CapabilitiesSchema, LabelsSchema, TokenHashSchema, type TokenTerms } from './tokens.ts'

export const NodeAdmittedSchema = Type.Object({
  type: Type.Literal('nodeAdmitted'),
  node: NodeIdSchema,
  name: NameSchema,
  addresses: AddressesSchema,
  /** The leader's time. */
  atMs: Type.Integer(),
  /** What it supported when it asked; absent where it told nothing. */
  meshVersions: Type.Optional(VersionRangeSchema),
  /** Absent for a full one. */
  role: Type.Optional(MemberRoleSchema),
  /** The token that admits it, which this very entry uses; absent for the founder. */
  token: Type.Optional(TokenHashSchema),
})

/** A draining node gives away its vote and its tasks; `false` takes that back. */
export const NodeDrainedSchema = Type.Object({
  type: Type.Literal('nodeDrained'),
  node: NodeIdSchema,
  draining: Type.Boolean(),
})

export const NodeRemovedSchema = Type.Object({
  type: Type.Literal('nodeRemoved'),
  node: NodeIdSchema,
  atMs: Type.Integer(),
  /** Absent where it left, or was taken out in peace. */
  revoked: Type.Optional(
    Type.Object({
      /** As it was called. */
      name: NameSchema,
      reason: ReasonSchema,
      /** Of a node that issues: its intermediate, and when that would end anyway. */
      intermediate: Type.Optional(Type.Object({ credential: CredentialIdSchema, expiresAtMs: TimeSchema })),
    }),
  ),
})

/** As the first version writes it into a snapshot; the edge nodes among them are listed beside. */
export const AdmittedNodeSchema = Type.Object({
  node: NodeIdSchema,
  name: NameSchema,
  /** Where it was when it was admitted; membership knows better since. */
  addresses: AddressesSchema,
  admittedIndex: IndexSchema,
  draining: Type.Boolean(),
  /** As its token gave them; absent where that gave none. */
  capabilities: Type.Optional(CapabilitiesSchema),
  labels: Type.Optional(LabelsSchema),
})
export type AdmittedNode = Readonly<Static<typeof AdmittedNodeSchema>> & { readonly role: MemberRole }

/** What a token gives to whom it admits. */
type Grant = Pick<TokenTerms, 'role' | 'capabilities' | 'labels'>

const NO_GRANT: Grant = { role: 'full', capabilities: [], labels: [] }

/** What a node that is new is from now on: never more than its token allows. */
const grantedTo = (
  { role = 'full' }: Static<typeof NodeAdmittedSchema>,
  { role: most, capabilities, labels }: Grant,
): Pick<AdmittedNode, 'role' | 'capabilities' | 'labels'> => ({
  role: most === 'edge' ? most : role,
  ...(capabilities.length > 0 && { capabilities }),
  ...(labels.length > 0 && { labels }),
})

interface RestoredNodes {
  readonly nodes: readonly Static<typeof AdmittedNodeSchema>[]
  readonly removedNodes: readonly string[]
  readonly edges: readonly string[]
  readonly removedEdges?: readonly string[]
}

export const createNodes = () => {
  const members = new Map<string, AdmittedNode>()
  const removed = new Set<string>()
  /** Also those that were removed: what they wrote does not come to count by it. */
  const edges = new Set<string>()

  /** Why a node that is no member cannot become one; null where it can. */
  const refusalOf = (
    { node, ...decision }: Static<typeof NodeAdmittedSchema>,
    meshVersion: number,
  ): string | null => {
    if (members.size >= MEMBERS_MAX) return `the mesh has ${MEMBERS_MAX} members, and takes no more`
    const { least, most } = rangeOf(decision)
    // Members of the first version do not judge this, and all must come to the same.
    return meshVersion === FIRST_VERSION || isSupported(meshVersion, { least, most })
      ? null
      : `node ${node} supports the mesh versions ${least} to ${most}, and the mesh is at ${meshVersion}`
  }

  return {
    members: members as ReadonlyMap<string, AdmittedNode>,
    removed: removed as ReadonlySet<string>,
    edges: edges as ReadonlySet<string>,
    lastAdmittedIndex: (): number =>
      [...members.values()].reduce((last, { admittedIndex }) => Math.max(last, admittedIndex), 0),
    admit: (
      decision: Static<typeof NodeAdmittedSchema>,
      index: number,
      meshVersion: number,
      grant = NO_GRANT,
    ): Outcome => {
      const { node, addresses } = decision
      if (removed.has(node)) return refuse(`node ${node} was removed, and an identity never returns`)
      const known = members.get(node)
      const reason = known === undefined ? refusalOf(decision, meshVersion) : null
      if (reason !== null) return refuse(reason)
      // Here and not where it is proposed: two members that admit at the same time do not see each other's names.
      const name = freeName(decision.name, node, members)
      const settled = known ?? { admittedIndex: index, draining: false, ...grantedTo(decision, grant) }
      members.set(node, { ...settled, node, name, addresses })
      if (settled.role === 'edge') edges.add(node)
      return ACCEPTED
    },
    drain: ({ node, draining }: Static<typeof NodeDrainedSchema>): Outcome => {
      const known = members.get(node)
      if (known === undefined) return refuse(`there is no node ${node}`)
      members.set(node, { ...known, draining })
      return ACCEPTED
    },
    remove: ({ node }: Static<typeof NodeRemovedSchema>): Outcome => {
      if (!members.delete(node)) return removed.has(node) ? ACCEPTED : refuse(`there is no node ${node}`)
      removed.add(node)
      return ACCEPTED
    },
    restore: (restored: RestoredNodes): void => {
      const { nodes, removedNodes, removedEdges = [] } = restored
      members.clear()
      removed.clear()
      edges.clear()
      for (const node of [...restored.edges, ...removedEdges]) edges.add(node)
      for (const each of nodes)
        members.set(each.node, { ...each, role: edges.has(each.node) ? 'edge' : 'full' })
      for (const node of removedNodes) removed.add(node)
    },
  }
}
