/** Published ports that a node cannot answer, in a register of its own. */
import { type Static, Type } from 'typebox'
import { defineMessage } from '../wire/index.ts'

/** What is told of one node: more than this many ports held by other programs are one story. */
const HELD_PORTS_MAX = 64

const HeldPortsSchema = Type.Object({
  held: Type.Array(
    Type.Object({
      published: Type.Integer({ minimum: 1, maximum: 65_535 }),
      protocol: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
      /** Why, in words. */
      problem: Type.String({ maxLength: 256 }),
    }),
    { maxItems: HELD_PORTS_MAX },
  ),
})

export type HeldPorts = Static<typeof HeldPortsSchema>

const codec = defineMessage('held ports', HeldPortsSchema)

export const heldPortsCodec = {
  ...codec,
  /** Of too many, the first ones. */
  encode: ({ held }: HeldPorts): Uint8Array =>
    codec.encode({
      held: held.slice(0, HELD_PORTS_MAX).map((port) => ({ ...port, problem: port.problem.slice(0, 256) })),
    }),
}

/** Register key. */
export const heldPortsRegister = (node: string): string => `ports/${node}`
