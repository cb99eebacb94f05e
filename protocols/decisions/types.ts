/**
 * What the log may say. Each decision is idempotent by its content or carries what must still hold when it is
 * applied, so a proposal that is repeated after a lost reply does no harm.
 */
import { type Static, Type } from 'typebox'
import { AddressesSchema, NameSchema, NodeIdSchema } from '../wire/index.ts'
import { TaskIdSchema } from './task-id.ts'

/** Hash of a revision's content, hex of sha256. */
export const RevisionIdSchema = Type.String({ pattern: '^[0-9a-f]{64}$' })
/** Catalogue key of an object, such as `service/shop/web`. */
export const ObjectKeySchema = Type.String({ pattern: '^[a-z]+(/[a-z0-9-]+){1,3}$', maxLength: 200 })
export const MeshIdSchema = Type.String({ pattern: '^[0-9a-f]{16}$' })
export const SlotSchema = Type.Integer({ minimum: 0 })
/** Why a task is where it is, or is no more, for people. */
export const ReasonSchema = Type.String({ maxLength: 500 })

/** A hybrid logical clock's reading: wall milliseconds, then a counter. */
export const HlcSchema = Type.Object({
  wallMs: Type.Integer({ minimum: 0 }),
  counter: Type.Integer({ minimum: 0, maximum: 0xffff }),
})

/** Who wrote a revision, and the reading of its own clock. */
export const WrittenSchema = Type.Object({ author: NodeIdSchema, hlc: HlcSchema })

/** Revisions in one trimming: some 20 KiB, so that many fit into one append. */
export const TRIMMED_MAX = 128

export const DecisionSchema = Type.Union([
  Type.Object({
    type: Type.Literal('meshFounded'),
    mesh: MeshIdSchema,
    name: NameSchema,
    atMs: Type.Integer(),
  }),
  Type.Object({
    type: Type.Literal('nodeAdmitted'),
    node: NodeIdSchema,
    name: NameSchema,
    addresses: AddressesSchema,
    atMs: Type.Integer(),
  }),
  /** A draining node gives away its vote and its tasks; `false` takes that back. */
  Type.Object({ type: Type.Literal('nodeDrained'), node: NodeIdSchema, draining: Type.Boolean() }),
  Type.Object({ type: Type.Literal('nodeRemoved'), node: NodeIdSchema, atMs: Type.Integer() }),
  Type.Object({
    type: Type.Literal('revisionAccepted'),
    revision: RevisionIdSchema,
    object: ObjectKeySchema,
    parents: Type.Array(RevisionIdSchema, { maxItems: 8 }),
    /** Clamped by the leader to its own clock + 500 ms. */
    hlc: HlcSchema,
    /** True where the revision says that the object is gone. */
    removed: Type.Boolean(),
    /** True where it leaves the head as it is and only settles conflicts. */
    keeps: Type.Optional(Type.Boolean()),
    /** The head that the author saw and insists on; absent where concurrent edits are welcome. */
    ifHead: Type.Optional(Type.Union([RevisionIdSchema, Type.Null()])),
    /** Absent in entries of versions that did not trim. */
    written: Type.Optional(WrittenSchema),
  }),
  /** Old revisions are no more, on any node and for ever. */
  Type.Object({
    type: Type.Literal('revisionsTrimmed'),
    object: ObjectKeySchema,
    revisions: Type.Array(Type.Object({ revision: RevisionIdSchema, written: WrittenSchema }), {
      minItems: 1,
      maxItems: TRIMMED_MAX,
    }),
  }),
  Type.Object({
    type: Type.Literal('taskAssigned'),
    object: ObjectKeySchema,
    revision: RevisionIdSchema,
    slot: SlotSchema,
    node: NodeIdSchema,
    /** The task that held the slot when the leader planned; null for none. Refused if another one holds it now. */
    replaces: Type.Union([TaskIdSchema, Type.Null()]),
    reason: ReasonSchema,
  }),
  Type.Object({
    type: Type.Literal('taskReleased'),
    task: TaskIdSchema,
    reason: ReasonSchema,
  }),
])

export type Decision = Static<typeof DecisionSchema>
export type RevisionId = Static<typeof RevisionIdSchema>
export type ObjectKey = Static<typeof ObjectKeySchema>
export type TaskId = Static<typeof TaskIdSchema>
export type Hlc = Static<typeof HlcSchema>
export type Written = Static<typeof WrittenSchema>

export interface AdmittedNode {
  readonly node: string
  readonly name: string
  /** Where it was when it was admitted; membership knows better since. */
  readonly addresses: readonly string[]
  readonly admittedIndex: number
  readonly draining: boolean
}

/** One object of the catalogue, as far as it was accepted. */
export interface AcceptedObject {
  readonly object: ObjectKey
  readonly head: RevisionId
  readonly hlc: Hlc
  readonly removed: boolean
  /** Heads that were concurrent with the present one and lost; a person may revert to them. */
  readonly conflicts: readonly RevisionId[]
  /** The last heads, newest first, the present one included. */
  readonly history: readonly RevisionId[]
  /** What else was accepted and is not trimmed yet. */
  readonly past: readonly RevisionId[]
  /** By author the clock of its last trimmed revision: what it wrote up to there and is not kept above, is gone. */
  readonly trimmed: readonly Written[]
}

/** A slot given to a node: one run of one slot on one node. */
export interface Assignment {
  readonly task: TaskId
  readonly object: ObjectKey
  readonly revision: RevisionId
  readonly slot: number
  readonly node: string
  /** Index of the assignment in the log: its fencing token within the generation. */
  readonly token: number
  readonly reason: string
}

/** How one decision went when it was applied; refusals are part of the log's meaning, the same on every node. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** What the log amounts to, up to `appliedIndex`. Read only; the same on every node at the same index. */
export interface DecisionView {
  readonly mesh: { readonly mesh: string; readonly name: string; readonly foundedAtMs: number } | null
  readonly nodes: ReadonlyMap<string, AdmittedNode>
  readonly removedNodes: ReadonlySet<string>
  readonly objects: ReadonlyMap<ObjectKey, AcceptedObject>
  readonly tasks: ReadonlyMap<TaskId, Assignment>
  /** The tasks of one node, and of one object: what would else be sought among all. */
  tasksOn(node: string): Iterable<Assignment>
  tasksOf(object: ObjectKey): Iterable<Assignment>
  readonly appliedIndex: number
}
