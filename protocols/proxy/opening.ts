/** The first frame of a tunnel: which port of which task. The answer is that of a request (`protocols/wire/answer.ts`). */
import { type Static, Type } from 'typebox'
import { TaskIdSchema } from '../decisions/index.ts'
import { defineMessage } from '../wire/index.ts'

const TunnelOpeningSchema = Type.Object({
  task: TaskIdSchema,
  /** The port inside the task, as its revision names it. */
  target: Type.Integer({ minimum: 1, maximum: 65_535 }),
  protocol: Type.Union([Type.Literal('tcp'), Type.Literal('udp')]),
})

export type TunnelOpening = Static<typeof TunnelOpeningSchema>

export const tunnelOpeningCodec = defineMessage('tunnel opening', TunnelOpeningSchema)
