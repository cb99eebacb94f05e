import type { Dependency } from '../../../protocols/spec/index.ts'
import { type Read, readFields, SERVICE_KEYS } from '../schema/index.ts'
import { entriesOf, isNull } from '../tree.ts'
import { oneOf, readBoolean } from './text.ts'

const readCondition = oneOf('service_started', 'service_healthy', 'service_completed_successfully')

/** That each of them is there, and that none leads back, is known by now. */
export const readDependencies: Read<Dependency[] | null> = (value, where, notes) => {
  if (value.kind !== 'mapping' && !isNull(value))
    notes.problem(value.place, where, 'a list of services is expected, or a mapping of them')
  const dependencies = [...entriesOf(value)].map(([service, { value: details }]): Dependency => {
    const at = `${where}.${service}`
    const { get } = readFields(details, at, { schema: SERVICE_KEYS, path: 'depends_on.*.' }, notes)
    get('required', readBoolean)
    return { service, condition: get('condition', readCondition) ?? 'service_started' }
  })
  return dependencies.length === 0 ? null : dependencies
}
