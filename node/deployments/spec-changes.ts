/** What differs between two specs, field by field, as a person reads it. Pure. */
import type { FieldChange } from '../../protocols/control/index.ts'
import { type ServiceSpec, specLeaves } from '../../protocols/spec/index.ts'

/** Empty where the two say the same; null stands for a service that is not there. */
export const specChanges = (from: ServiceSpec | null, to: ServiceSpec | null): FieldChange[] => {
  const [before, after] = [specLeaves(from), specLeaves(to)]
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((field) => before.get(field) !== after.get(field))
    .map((field) => ({ field, from: before.get(field) ?? null, to: after.get(field) ?? null }))
}
