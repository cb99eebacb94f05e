/** What tasks use. Counters are totals since the start of the container: a rate is the difference of two answers. */
import { type Static, Type } from 'typebox'
import { taskUsageFields } from '../../engine/usage.ts'
import { NameSchema, NodeIdSchema } from '../../wire/index.ts'
import { Closed } from './closed.ts'
import { NodeRefSchema } from './node.ts'

export const UsagesSchema = Closed({
  tasks: Type.Array(Closed({ ...taskUsageFields, node: NodeIdSchema, name: NameSchema })),
  /** Nodes with tasks that did not tell. */
  silent: Type.Array(NodeRefSchema),
})

export type Usages = Static<typeof UsagesSchema>
