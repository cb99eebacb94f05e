/** `deploy` (Compose Deploy Specification); its resources are in a file of their own. */
import {
  ATTEMPTS_MAX,
  REPLICAS_MAX,
  type RestartConfig,
  type RestartPolicy,
  type Rollout,
  type ServiceSpec,
} from '../../../protocols/spec/index.ts'
import type { Notes } from '../notes.ts'
import { type Fields, type Read, readFields, SERVICE_KEYS, said } from '../schema/index.ts'
import { readDuration } from './amounts.ts'
import { readPairs } from './lists.ts'
import { readPlacement } from './placement.ts'
import { integer, oneOf, readText } from './text.ts'

const RATIO = /^(0?\.\d+|0|1|1\.0*|0\.\d*)$/

const readRatio: Read<number | null> = (value, where, notes) => {
  const text = readText(value, where, notes)
  if (text === null || RATIO.test(text)) return text === null ? null : Number(text)
  notes.problem(value.place, where, 'a share from 0 to 1 is expected, such as 0.3')
  return null
}

const readRollout =
  (key: 'update_config' | 'rollback_config'): Read<Rollout | null> =>
  (value, where, notes) => {
    const { get } = readFields(value, where, { schema: SERVICE_KEYS, path: `deploy.${key}.` }, notes)
    const rollout = said({
      parallelism: get('parallelism', integer(0, REPLICAS_MAX)),
      delayMs: get('delay', readDuration(0)),
      monitorMs: get('monitor', readDuration(0)),
      maxFailureRatio: get('max_failure_ratio', readRatio),
      onFailure: get('failure_action', oneOf('rollback', 'pause', 'continue')),
      order: get('order', oneOf('start-first', 'stop-first')),
    })
    return rollout ?? null
  }

const CONDITIONS = { none: 'no', 'on-failure': 'on-failure', any: 'always' } as const satisfies Record<
  string,
  RestartPolicy
>

const readCondition = oneOf('none', 'on-failure', 'any')

interface Restart {
  readonly policy?: RestartPolicy
  readonly config?: RestartConfig
}

const readRestartPolicy: Read<Restart | null> = (value, where, notes) => {
  const { get } = readFields(value, where, { schema: SERVICE_KEYS, path: 'deploy.restart_policy.' }, notes)
  const condition = get('condition', readCondition)
  const config = said({
    delayMs: get('delay', readDuration(0)),
    attemptsMax: get('max_attempts', integer(0, ATTEMPTS_MAX)) || undefined,
    windowMs: get('window', readDuration(0)),
  })
  return {
    ...(condition !== undefined && { policy: CONDITIONS[condition] }),
    ...(config !== undefined && { config }),
  }
}

const RESTARTS = ['no', 'always', 'on-failure', 'unless-stopped'] as const satisfies RestartPolicy[]

/** `on-failure:3` says the bound too. YAML 1.1 habits: an unquoted `no` may have been written as false. */
const readRestart: Read<Restart | null> = (value, where, notes) => {
  const text = readText(value, where, notes)
  if (text === null || text === 'false') return { policy: 'no' }
  const [, attempts] = /^on-failure:(\d{1,6})$/.exec(text) ?? []
  if (attempts === undefined) return { policy: oneOf(...RESTARTS)(value, where, notes) ?? 'no' }
  const attemptsMax = Number(attempts)
  if (SERVICE_KEYS['deploy.restart_policy.max_attempts']?.is === 'later')
    notes.warning(value.place, where, 'the number of tries is not honoured yet')
  else if (attemptsMax > 0) return { policy: 'on-failure', config: { attemptsMax } }
  return { policy: 'on-failure' }
}

type Deployed = Pick<
  ServiceSpec,
  | 'replicas'
  | 'restart'
  | 'restartConfig'
  | 'mode'
  | 'placement'
  | 'updateConfig'
  | 'rollbackConfig'
  | 'labels'
>

const readReplicas = integer(0, REPLICAS_MAX)

/** What `deploy` says beside its resources, with the keys of a service that say the same. `own`: what stands at `x-coterie`. */
export const readDeploy = (
  fields: Fields,
  deploy: Fields,
  own: Fields,
  where: string,
  notes: Notes,
): Deployed => {
  const scale = fields.get('scale', readReplicas)
  const replicas = deploy.get('replicas', readReplicas)
  const scaleAt = fields.entries.get('scale')?.value.place
  if (scale !== undefined && replicas !== undefined && scale !== replicas && scaleAt !== undefined)
    notes.problem(scaleAt, `${where}.scale`, `${where}.deploy.replicas says something else`)
  const mode = deploy.get('mode', oneOf('replicated', 'global'))
  const policy = deploy.get('restart_policy', readRestartPolicy)
  const restart = fields.get('restart', readRestart)
  const restartConfig = policy?.config ?? restart?.config
  const strategy = own.get('strategy', oneOf('pack', 'spread'))
  const placement = { ...deploy.get('placement', readPlacement), ...(strategy !== undefined && { strategy }) }
  const updateConfig = deploy.get('update_config', readRollout('update_config'))
  const rollbackConfig = deploy.get('rollback_config', readRollout('rollback_config'))
  const labels = deploy.get('labels', readPairs)
  return {
    replicas: mode === 'global' ? 1 : (replicas ?? scale ?? 1),
    restart: policy?.policy ?? restart?.policy ?? 'unless-stopped',
    ...(restartConfig && { restartConfig }),
    ...(mode === 'global' && { mode }),
    ...(Object.keys(placement).length > 0 && { placement }),
    ...(updateConfig && { updateConfig }),
    ...(rollbackConfig && { rollbackConfig }),
    ...(labels && { labels }),
  }
}
