import { type Static, Type } from 'typebox'
import { AddressSchema, BytesSchema, defineMessage, NodeIdSchema } from '../wire/index.ts'

/** Bytes of a large transfer, each way: some hundred packets of any link, and a quarter of the largest frame. */
export const LOAD_BYTES = 256 * 1024

/** Characters of a problem told in words. */
export const PROBLEM_LENGTH_MAX = 300

/** Milliseconds of a measurement, which none lets grow beyond its deadline. */
const MsSchema = Type.Integer({ minimum: 0, maximum: 600_000 })

/** Milliseconds since 1970, up to the year 10889. */
const WallSchema = Type.Integer({ minimum: 0, maximum: 2 ** 48 })

/** How nodes of one network find each other by UDP. */
export const DISCOVERY_WAYS = ['mdns', 'broadcast'] as const
export type DiscoveryWay = (typeof DISCOVERY_WAYS)[number]

const WaysSchema = Type.Array(Type.Union([Type.Literal('mdns'), Type.Literal('broadcast')]), {
  maxItems: DISCOVERY_WAYS.length,
})

/** `echo` wants that many bytes back; `try` the facts of the connection between the one asked and that other member. */
export const DoctorQuestionSchema = Type.Union([
  Type.Object({
    type: Type.Literal('echo'),
    padding: BytesSchema(0, LOAD_BYTES),
    wants: Type.Integer({ minimum: 0, maximum: LOAD_BYTES }),
  }),
  Type.Object({ type: Type.Literal('try'), node: NodeIdSchema }),
])

export const EchoAnswerSchema = Type.Object({
  wallMs: WallSchema,
  /** By which of these it can be found. */
  findableBy: WaysSchema,
  padding: BytesSchema(0, LOAD_BYTES),
})

/** Why a TCP connection did not open. */
const OpeningProblemSchema = Type.Union([
  Type.Literal('refused'),
  Type.Literal('silent'),
  Type.Literal('noRoute'),
  Type.Literal('unresolved'),
  Type.Literal('failed'),
])

const OpeningSchema = Type.Object({
  address: AddressSchema,
  /** Null where it did not open. */
  ms: Type.Union([MsSchema, Type.Null()]),
  problem: Type.Union([OpeningProblemSchema, Type.Null()]),
})

/** What a member measured of its connection to another one. What was not tried, because something before it failed, is null. */
export const LinkFactsSchema = Type.Object({
  /** A TCP connection to each address that is known of the other. */
  openings: Type.Array(OpeningSchema, { maxItems: 16 }),
  /** Whether a connection of the mesh was open before. */
  isConnected: Type.Boolean(),
  /** The member that the connection goes through; null where it is direct, or none is open. */
  through: Type.Union([NodeIdSchema, Type.Null()]),
  /** Members through which the other says that it is reached. */
  relays: Type.Array(NodeIdSchema, { maxItems: 16 }),
  /** The network interface that has an address in the same network. */
  via: Type.Union([Type.String({ maxLength: 32 }), Type.Null()]),
  /** The quickest of a few small messages there and back, and how far the other's clock is ahead. */
  echo: Type.Union([
    Type.Object({ ms: MsSchema, aheadMs: Type.Integer({ minimum: -(2 ** 48), maximum: 2 ** 48 }) }),
    Type.Null(),
  ]),
  /** Why nothing came back. */
  echoProblem: Type.Union([Type.String({ maxLength: PROBLEM_LENGTH_MAX }), Type.Null()]),
  /** `LOAD_BYTES` each way; a time is null where they did not arrive. */
  load: Type.Union([
    Type.Object({
      sentMs: Type.Union([MsSchema, Type.Null()]),
      fetchedMs: Type.Union([MsSchema, Type.Null()]),
    }),
    Type.Null(),
  ]),
  /** By which ways this node looks, the other can be found, and was found. */
  udp: Type.Object({
    looks: WaysSchema,
    findableBy: Type.Union([WaysSchema, Type.Null()]),
    found: WaysSchema,
  }),
})

export type DoctorQuestion = Static<typeof DoctorQuestionSchema>
export type EchoAnswer = Static<typeof EchoAnswerSchema>
export type LinkFacts = Static<typeof LinkFactsSchema>
export type Opening = Static<typeof OpeningSchema>
export type OpeningProblem = Static<typeof OpeningProblemSchema>

/** `PROTOCOLS.doctor`: the question, and the answer to each kind of it. */
export const doctorQuestionCodec = defineMessage('doctor question', DoctorQuestionSchema)
export const echoAnswerCodec = defineMessage('echo', EchoAnswerSchema)
export const linkFactsCodec = defineMessage('facts of a connection', LinkFactsSchema)
