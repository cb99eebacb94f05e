import type { PortSpec, ServiceSpec } from './service.ts'

/** One field of a spec that differs, as text for people; null where it is absent. */
export interface ChangedField {
  /** Path in the spec, such as `environment.PORT`. */
  readonly field: string
  readonly from: string | null
  readonly to: string | null
}

/**
 * What differs between two revisions of a service, variables last; null stands for no service.
 * Empty exactly where the two mean the same: order counts in lists, never among variables.
 */
export const changedFields = (before: ServiceSpec | null, after: ServiceSpec | null): ChangedField[] => {
  const [from, to] = [fieldsOf(before), fieldsOf(after)]
  return [...new Set([...from.keys(), ...to.keys()])]
    .map((field) => ({ field, from: from.get(field) ?? null, to: to.get(field) ?? null }))
    .filter((change) => change.from !== change.to)
}

const fieldsOf = (spec: ServiceSpec | null): ReadonlyMap<string, string> => {
  if (spec === null) return new Map()
  const { image, command, environment, ports, replicas, restart, process } = spec
  const fields: [string, string | null][] = [
    ['image', image],
    ['command', words(command)],
    ['ports', ports.length === 0 ? null : ports.map(portText).join(' ')],
    ['replicas', String(replicas)],
    ['restart', restart],
    ['process', words(process?.command ?? null)],
    ...Object.entries(environment)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]): [string, string] => [`environment.${name}`, value]),
  ]
  return new Map(fields.filter((entry): entry is [string, string] => entry[1] !== null))
}

/** As JSON, so that words with spaces are told from several words. */
const words = (command: readonly string[] | null): string | null =>
  command === null ? null : JSON.stringify(command)

const portText = ({ target, published, protocol }: PortSpec): string =>
  `${published === null ? '' : `${published}:`}${target}/${protocol}`
