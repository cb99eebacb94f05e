/** Where the tasks of a service may be, and where they had rather be. See docs/design/placement.md. */
import { type Static, Type } from 'typebox'
import { REPLICAS_MAX } from './replicas.ts'

/** Of one service: a person reads them all when it waits. */
export const CONSTRAINTS_MAX = 32
/** Labels over which replicas are spread, the first one before all others. */
export const SPREADS_MAX = 4

/** What a constraint compares: a fact that a node tells, or one of its labels. */
const FACT =
  '(node\\.(id|hostname|role|class|platform\\.(arch|os))|node\\.labels\\.[a-z0-9]([a-z0-9./-]*[a-z0-9])?)'

export const ConstraintSchema = Type.Object(
  {
    on: Type.String({ maxLength: 96, pattern: `^${FACT}$` }),
    /** False for `!=`. */
    equals: Type.Boolean(),
    value: Type.String({ maxLength: 128 }),
  },
  { additionalProperties: false },
)

/** How nodes that fit equally well are told apart: the fullest first, or the emptiest. */
export const StrategySchema = Type.Union([Type.Literal('pack'), Type.Literal('spread')])

export const PlacementRulesSchema = Type.Object(
  {
    constraints: Type.Optional(Type.Array(ConstraintSchema, { maxItems: CONSTRAINTS_MAX })),
    /** Keys of labels. */
    spread: Type.Optional(
      Type.Array(Type.String({ maxLength: 64, pattern: '^[a-z0-9]([a-z0-9./-]*[a-z0-9])?$' }), {
        maxItems: SPREADS_MAX,
      }),
    ),
    maxPerNode: Type.Optional(Type.Integer({ minimum: 1, maximum: REPLICAS_MAX })),
    /** Absent: `pack`. */
    strategy: Type.Optional(StrategySchema),
  },
  { additionalProperties: false },
)

export type Constraint = Readonly<Static<typeof ConstraintSchema>>
export type Strategy = Static<typeof StrategySchema>
export type PlacementRules = Readonly<Static<typeof PlacementRulesSchema>>

/** As a person writes it: `node.labels.zone==a`. */
export const constraintText = ({ on, equals, value }: Constraint): string =>
  `${on}${equals ? '==' : '!='}${value}`
