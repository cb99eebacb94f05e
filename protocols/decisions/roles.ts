import { type Static, Type } from 'typebox'

/** What a member may do: an edge node votes and leads only as a last resort. */
export const MemberRoleSchema = Type.Union([Type.Literal('full'), Type.Literal('edge')])
export type MemberRole = Static<typeof MemberRoleSchema>
