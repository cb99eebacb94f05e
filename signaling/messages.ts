/** What travels through the mesh before a channel exists: one offer, one answer. */
import { type Static, Type } from 'typebox'
import { defineMessage, NameSchema } from '../protocols/wire/index.ts'

/** A session description with every iceCandidate of a host in it; one data channel needs about 2 KiB. */
export const SDP_LENGTH_MAX = 16 * 1024

const SdpSchema = Type.String({ minLength: 1, maxLength: SDP_LENGTH_MAX })

/** Number of a session on the node that answered it. */
const SessionIdSchema = Type.String({ minLength: 1, maxLength: 32, pattern: '^[a-z0-9]+$' })
export type SessionId = Static<typeof SessionIdSchema>

/** A browser asks for a channel to a service. Its iceCandidates are not used: see docs/design/gateway.md. */
const OfferSchema = Type.Object({ service: NameSchema, sdp: SdpSchema })
export type Offer = Static<typeof OfferSchema>

/** The node that runs the service answers; the iceCandidates are lines of the sdp. */
const AnswerSchema = Type.Object({ session: SessionIdSchema, sdp: SdpSchema })
export type Answer = Static<typeof AnswerSchema>

export const offerMessage = defineMessage('offer', OfferSchema)
export const answerMessage = defineMessage('answer', AnswerSchema)
