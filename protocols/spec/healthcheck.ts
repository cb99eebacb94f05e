/** How a container is asked whether it is well (Compose Specification, chapter 5, `healthcheck`). */
import { type Static, Type } from 'typebox'
import { DURATION_MS_MAX } from './rollout.ts'
import { CommandSchema } from './texts.ts'

/** The least that an engine takes. */
export const CHECK_MS_MIN = 1
export const RETRIES_MAX = 10_000

const DurationMs = Type.Optional(Type.Integer({ minimum: CHECK_MS_MIN, maximum: DURATION_MS_MAX }))

export const HealthcheckSchema = Type.Object(
  {
    /** `[NONE]`, `[CMD, program, ...]` or `[CMD-SHELL, line]`; absent: the image's own. */
    test: Type.Optional(CommandSchema),
    /** What is absent of these is as the image says, else as the engine does. */
    intervalMs: DurationMs,
    timeoutMs: DurationMs,
    retries: Type.Optional(Type.Integer({ minimum: 1, maximum: RETRIES_MAX })),
    startPeriodMs: DurationMs,
    /** Between checks during the start period. */
    startIntervalMs: DurationMs,
  },
  { additionalProperties: false },
)

export type Healthcheck = Static<typeof HealthcheckSchema>
