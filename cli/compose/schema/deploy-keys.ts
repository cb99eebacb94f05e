/** `deploy`: Compose Deploy Specification. */
import { later, no, part, type Schema, yes } from './key.ts'

const DELAYS = 'the delay grows from 0.5 s to 30 s, and the eighth quick end in a row is the last'

const rollout = (key: string): Schema => ({
  [`deploy.${key}`]: yes(),
  [`deploy.${key}.parallelism`]: yes('1 where it is absent; 0 is all at once'),
  [`deploy.${key}.delay`]: yes('10 s where it is absent'),
  [`deploy.${key}.monitor`]: yes('15 s where it is absent'),
  [`deploy.${key}.max_failure_ratio`]: yes('0.3 where it is absent'),
  [`deploy.${key}.failure_action`]: yes('`rollback` where it is absent'),
  [`deploy.${key}.order`]: yes(
    '`start-first`, or `stop-first` for volumes, exclusive work and ports of the host',
  ),
})

export const DEPLOY_KEYS: Schema = {
  'deploy.endpoint_mode': no('published ports are balanced as they are'),
  'deploy.labels': yes('of the service'),
  'deploy.mode': later('one task runs', 'replicated'),
  'deploy.placement': later('replicas are spread over all nodes that fit'),
  'deploy.placement.constraints': yes(
    '`node.labels.NAME`, `node.hostname`, `node.role`, `node.class`, `node.id`, `node.platform.arch`, `node.platform.os`; `==` or `!=`',
  ),
  'deploy.placement.preferences': yes('`spread: node.labels.NAME`'),
  'deploy.placement.preferences[].spread': yes(),
  'deploy.placement.max_replicas_per_node': yes(),
  'deploy.replicas': yes(),
  'deploy.resources': part(),
  'deploy.resources.limits': yes(),
  'deploy.resources.limits.cpus': yes(),
  'deploy.resources.limits.memory': yes(),
  'deploy.resources.limits.pids': yes(),
  'deploy.resources.reservations': part(),
  'deploy.resources.reservations.cpus': yes(),
  'deploy.resources.reservations.memory': yes(),
  'deploy.resources.reservations.devices': yes('as `gpus`'),
  'deploy.resources.reservations.generic_resources': no('nodes tell of none'),
  'deploy.restart_policy': part(),
  'deploy.restart_policy.condition': yes('as `restart`: `none` is `no`, `any` is `always`'),
  'deploy.restart_policy.delay': later(DELAYS),
  'deploy.restart_policy.max_attempts': later(DELAYS),
  'deploy.restart_policy.window': later(DELAYS),
  ...rollout('rollback_config'),
  ...rollout('update_config'),
}
