/**
 * How a service goes from one revision to the next, and back, and how often a task is started again: what a person said of it. What
 * nobody said is in the defaults here, and nowhere else. Words: Compose Deploy Specification, `update_config`, `rollback_config`, `restart_policy`.
 */
import { type Static, Type } from 'typebox'
import { REPLICAS_MAX } from './replicas.ts'

/** A day: whoever waits for longer than that between two tasks wants something else. */
export const DURATION_MS_MAX = 86_400_000
/** Far more starts of one task than anybody waits for. */
export const ATTEMPTS_MAX = 1_000_000

const DurationMs = Type.Optional(Type.Integer({ minimum: 0, maximum: DURATION_MS_MAX }))

export const RolloutSchema = Type.Object(
  {
    /** Tasks that are changed at once; 0 for all of them. */
    parallelism: Type.Optional(Type.Integer({ minimum: 0, maximum: REPLICAS_MAX })),
    /** Between one batch and the next. */
    delayMs: DurationMs,
    /** For how long a new task is watched before it counts as well. */
    monitorMs: DurationMs,
    /** The share of the tasks that may fail. */
    maxFailureRatio: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    onFailure: Type.Optional(
      Type.Union([Type.Literal('rollback'), Type.Literal('pause'), Type.Literal('continue')]),
    ),
    order: Type.Optional(Type.Union([Type.Literal('start-first'), Type.Literal('stop-first')])),
  },
  { additionalProperties: false },
)

/** `restart` says whether; this says how often and how soon. */
export const RestartConfigSchema = Type.Object(
  {
    delayMs: DurationMs,
    /** Within `windowMs`; absent: the agent's own bound. */
    attemptsMax: Type.Optional(Type.Integer({ minimum: 1, maximum: ATTEMPTS_MAX })),
    windowMs: DurationMs,
  },
  { additionalProperties: false },
)

export type Rollout = Static<typeof RolloutSchema>
export type RestartConfig = Static<typeof RestartConfigSchema>

/** What holds where a person says nothing. `order` is not among it: it follows from the service. */
export const ROLLOUT_DEFAULTS = {
  parallelism: 1,
  delayMs: 10_000,
  monitorMs: 15_000,
  maxFailureRatio: 0.3,
  onFailure: 'rollback',
} as const satisfies Rollout
