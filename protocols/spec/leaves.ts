import type { ServiceSpec } from './service.ts'

/** Fields that name the service; they are no part of what it says. */
const NAMES: ReadonlySet<string> = new Set(['kind', 'name', 'project'])

const collect = (value: unknown, path: string, leaves: Map<string, string>): void => {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    for (const [at, item] of value.entries()) collect(item, `${path}[${at}]`, leaves)
  } else if (typeof value === 'object' && !Array.isArray(value)) {
    for (const [key, item] of Object.entries(value))
      collect(item, path === '' ? key : `${path}.${key}`, leaves)
  } else leaves.set(path, Array.isArray(value) ? JSON.stringify(value) : String(value))
}

/**
 * Every leaf of a spec by its path, such as `environment.PORT`, as a person reads it: what is null or empty is left out,
 * a list of plain values is one leaf. None for null, a service that is not there.
 */
export const specLeaves = (spec: ServiceSpec | null): ReadonlyMap<string, string> => {
  const leaves = new Map<string, string>()
  const said = Object.entries(spec ?? {}).filter(([field]) => !NAMES.has(field))
  collect(Object.fromEntries(said), '', leaves)
  return leaves
}
