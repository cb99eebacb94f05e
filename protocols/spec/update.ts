/** How a service is brought from one revision to the next. Pure; see docs/design/updates.md. */
import { ROLLOUT_DEFAULTS, type Rollout } from './rollout.ts'
import { isHostPort, type ServiceSpec } from './service.ts'

/** From the begin of its program on a task has so long to be up. */
export const UP_WITHIN_MS = 60_000

/** How one direction of an update goes. */
export interface UpdatePolicy {
  /** At least one. */
  readonly parallelism: number
  readonly delayMs: number
  readonly monitorMs: number
  readonly maxFailureRatio: number
  readonly startsFirst: boolean
  readonly onFailure: 'rollback' | 'pause' | 'continue'
}

/** What of a spec says how it is updated. */
type UpdatedSpec = Pick<
  ServiceSpec,
  'replicas' | 'mode' | 'exclusive' | 'ports' | 'mounts' | 'updateConfig' | 'rollbackConfig'
>

/** Why a slot's next task may not run beside the one before, in words; null where it may. */
export const whyStopFirst = ({ mode, exclusive, ports, mounts = [] }: UpdatedSpec): string | null => {
  if (exclusive === true) return 'it is exclusive'
  if (mode === 'global') return 'it runs once on each node'
  if (mounts.some((mount) => mount.type === 'volume' && mount.source !== null)) return 'it has a volume'
  const held = ports.find(isHostPort)
  return held === undefined ? null : `it takes port ${held.published} of its node`
}

const policyOf = (said: Rollout, spec: UpdatedSpec): UpdatePolicy => {
  const { order, ...more } = said
  const policy: Required<Omit<Rollout, 'order'>> = { ...ROLLOUT_DEFAULTS, ...more }
  return {
    ...policy,
    parallelism: Math.max(1, policy.parallelism === 0 ? spec.replicas : policy.parallelism),
    startsFirst: order !== 'stop-first' && whyStopFirst(spec) === null,
  }
}

/** Towards the head. */
export const updatePolicyOf = (spec: UpdatedSpec): UpdatePolicy => policyOf(spec.updateConfig ?? {}, spec)

/** Back to what ran before, of the spec that is gone back to: it is known to work, so nothing rests in between. */
export const rollbackPolicyOf = (spec: UpdatedSpec): UpdatePolicy => ({
  ...policyOf({ delayMs: 0, ...spec.rollbackConfig }, spec),
  onFailure: 'pause',
})

/** How its tasks are exchanged, in words: "2 at a time, each stopped first, since it is exclusive". */
export const describeRollout = (spec: UpdatedSpec): string => {
  const { parallelism, startsFirst } = updatePolicyOf(spec)
  const count = parallelism >= spec.replicas ? 'all at once' : `${parallelism} at a time`
  const why = whyStopFirst(spec)
  const since = startsFirst || why === null ? '' : `, since ${why}`
  return `${count}, ${startsFirst ? 'started before the old one ends' : 'stopped first'}${since}`
}

/** Says how many tasks there are and how they come about, and nothing of what one of them is. */
const ABOUT_MANY: ReadonlySet<string> = new Set(['replicas', 'updateConfig', 'rollbackConfig', 'placement'])

const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  return areSame(one, other, new Set())
}

/** Whether two objects or lists say the same, but for these fields; an absent field says the same as `undefined`. */
const areSame = (one: object, other: object, but: ReadonlySet<string>): boolean => {
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every(
    (key) => but.has(key) || isSame(a[key], b[key]),
  )
}

/** Whether a task of one spec is what a task of the other would be, so that nothing is gained by replacing it. */
export const isSameTask = (one: object, other: object): boolean => areSame(one, other, ABOUT_MANY)
