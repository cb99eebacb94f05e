/** What crosses the wire under `/coterie/reach/1`: a node asks a member whether it is reached at its addresses. */
import { type Static, Type } from 'typebox'
import { AddressesSchema, defineMessage } from '../wire/index.ts'

const DialBackRequestSchema = Type.Object({ addresses: AddressesSchema })
const DialBackAnswerSchema = Type.Object({
  /** Whether the asker's key was proven at one of them. */
  reached: Type.Boolean(),
  /** Whether there are members that do not reach the one who answers. */
  behind: Type.Boolean(),
})

export type DialBackRequest = Static<typeof DialBackRequestSchema>
export type DialBackAnswer = Static<typeof DialBackAnswerSchema>

/** @throws `malformedMessage` on decode */
export const dialBackRequestCodec = defineMessage('dial-back request', DialBackRequestSchema)
export const dialBackAnswerCodec = defineMessage('dial-back answer', DialBackAnswerSchema)
