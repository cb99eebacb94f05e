/** What several decisions speak of. */
import { type Static, Type } from 'typebox'
import { NodeIdSchema } from '../wire/index.ts'

/** Hash of a revision's content, hex of sha256. */
export const RevisionIdSchema = Type.String({ pattern: '^[0-9a-f]{64}$' })
/** Catalogue key of an object, such as `service/shop/web`. */
export const ObjectKeySchema = Type.String({ pattern: '^[a-z]+(/[a-z0-9-]+){1,3}$', maxLength: 200 })
export const MeshIdSchema = Type.String({ pattern: '^[0-9a-f]{16}$' })
export const SlotSchema = Type.Integer({ minimum: 0 })
/** Why something is as it is, or is no more, for people. */
export const ReasonSchema = Type.String({ maxLength: 500 })
/** Of an entry of the log. */
export const IndexSchema = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
/** Wall milliseconds since 1970. */
export const TimeSchema = Type.Integer({ minimum: 0 })

/** A hybrid logical clock's reading: wall milliseconds, then a counter. */
export const HlcSchema = Type.Object({
  wallMs: Type.Integer({ minimum: 0 }),
  counter: Type.Integer({ minimum: 0, maximum: 0xffff }),
})

/** Who wrote a revision, and the reading of its own clock. */
export const WrittenSchema = Type.Object({ author: NodeIdSchema, hlc: HlcSchema })

export type RevisionId = Static<typeof RevisionIdSchema>
export type ObjectKey = Static<typeof ObjectKeySchema>
export type Hlc = Static<typeof HlcSchema>
export type Written = Static<typeof WrittenSchema>

/** How one decision went when it was applied; refusals are part of the log's meaning, the same on every node. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string }

export const ACCEPTED: Outcome = { ok: true }
export const refuse = (reason: string): Outcome => ({ ok: false, reason })

/** Rows of a table in one slice of the work: some milliseconds. */
export const SLICE_ROWS = 2_000

/** Members, as far as others ask whether a node is one. */
export interface Members {
  has(node: string): boolean
}
