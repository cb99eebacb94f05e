/** How two values of one key become one: Compose Specification, chapter 13 (Merge and override) and 5 (`extends`). */
import type { Value } from '../../yaml.ts'
import { textOf, valueAt } from '../tree.ts'
import { mountKey } from './forms/mounts.ts'
import { portKey } from './forms/ports.ts'

/**
 * `replace`: the later one stands. `keyed`: a list in which an item takes the place of the one with its key.
 * `join`: mappings entry by entry, lists one after the other, else the later one.
 */
export type MergeRule =
  | { readonly kind: 'replace' }
  | { readonly kind: 'keyed'; readonly keyOf: (item: Value) => string | null }
  | { readonly kind: 'join' }

const REPLACE: MergeRule = { kind: 'replace' }
const JOIN: MergeRule = { kind: 'join' }
/** Lists without repetition. */
const UNIQUE: MergeRule = { kind: 'keyed', keyOf: textOf }
const MOUNTS: MergeRule = { kind: 'keyed', keyOf: mountKey }

/** By path within a service, `*` for any key. */
export const SERVICE_RULES: ReadonlyMap<string, MergeRule> = new Map<string, MergeRule>([
  ['command', REPLACE],
  ['entrypoint', REPLACE],
  ['healthcheck.test', REPLACE],
  ['x-coterie.process.command', REPLACE],
  ['ports', { kind: 'keyed', keyOf: portKey }],
  ['expose', { kind: 'keyed', keyOf: portKey }],
  ['volumes', MOUNTS],
  ['devices', MOUNTS],
  ['secrets', MOUNTS],
  ['configs', MOUNTS],
  ['env_file', { kind: 'keyed', keyOf: (item) => textOf(valueAt(item, 'path')) }],
  ...[
    'cap_add',
    'cap_drop',
    'deploy.placement.constraints',
    'device_cgroup_rules',
    'dns',
    'dns_opt',
    'dns_search',
    'external_links',
    'group_add',
    'links',
    'networks.*.aliases',
    'networks.*.link_local_ips',
    'profiles',
    'security_opt',
    'tmpfs',
  ].map((path) => [path, UNIQUE] as const),
  // A variable or label without a value is said, unlike a key without one.
  ...['annotations', 'deploy.labels', 'environment', 'labels', 'sysctls'].map(
    (path) => [`${path}.*`, REPLACE] as const,
  ),
])

export const ruleAt = (path: readonly string[]): MergeRule => {
  const [top, , ...keys] = path
  if (top !== 'services' || keys.length === 0) return JOIN
  const within = keys.join('.')
  const anyLast = [...keys.slice(0, -1), '*'].join('.')
  const anySecond = keys.with(Math.min(1, keys.length - 1), '*').join('.')
  return SERVICE_RULES.get(within) ?? SERVICE_RULES.get(anyLast) ?? SERVICE_RULES.get(anySecond) ?? JOIN
}
