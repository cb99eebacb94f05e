/** What differs between two specs, field by field, as a person reads it. Pure. */
import type { FieldChange } from '../../protocols/control/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'

/** Fields that name the service; they are the same on both sides. */
const NAMES: ReadonlySet<string> = new Set(['kind', 'name', 'project'])

/** Every leaf of a value by its path; a list of plain values is one leaf. */
const leavesOf = (value: unknown, path: string, leaves: Map<string, string>): void => {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    for (const [at, item] of value.entries()) leavesOf(item, `${path}[${at}]`, leaves)
  } else if (typeof value === 'object' && !Array.isArray(value)) {
    for (const [key, item] of Object.entries(value))
      leavesOf(item, path === '' ? key : `${path}.${key}`, leaves)
  } else leaves.set(path, Array.isArray(value) ? JSON.stringify(value) : String(value))
}

/** Empty where the two say the same. `from` is null for a service that is new. */
export const specChanges = (from: ServiceSpec | null, to: ServiceSpec): FieldChange[] => {
  const [before, after] = [new Map<string, string>(), new Map<string, string>()]
  leavesOf(from, '', before)
  leavesOf(to, '', after)
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((field) => !NAMES.has(field) && before.get(field) !== after.get(field))
    .map((field) => ({ field, from: before.get(field) ?? null, to: after.get(field) ?? null }))
}
