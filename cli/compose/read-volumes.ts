/** `volumes` of the document. */
import type { Value } from '../yaml.ts'
import type { Volume } from './fields/mounts.ts'
import { readText } from './fields/text.ts'
import type { Notes } from './notes.ts'
import { DOCUMENT_KEYS, readFields } from './schema/index.ts'
import { entriesOf, isNull, textOf } from './tree.ts'

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/

/** By their names in the document. */
export const readVolumes = (value: Value | undefined, notes: Notes): ReadonlyMap<string, Volume> => {
  if (value !== undefined && value.kind !== 'mapping' && !isNull(value))
    notes.problem(value.place, 'volumes', 'a mapping of names is expected')
  return new Map(
    [...entriesOf(value)].map(([name, { keyPlace, value: details }]) => {
      const where = `volumes.${name}`
      if (!NAME.test(name))
        notes.problem(
          keyPlace,
          where,
          'letters, digits, dots, hyphens and underscores are expected, at most 128',
        )
      return [name, readVolume(name, details, where, notes)]
    }),
  )
}

const readVolume = (name: string, value: Value, where: string, notes: Notes): Volume => {
  const { entries, get } = readFields(value, where, { schema: DOCUMENT_KEYS, path: 'volumes.*.' }, notes)
  const driver = get('driver', readText)
  const driverAt = entries.get('driver')?.value
  if (driver !== undefined && driver !== 'local' && driverAt !== undefined)
    notes.problem(driverAt.place, `${where}.driver`, 'local is expected; other drivers are not honoured')
  const isExternal = textOf(entries.get('external')?.value) === 'true'
  const given = entries.get('name')
  const other = get('name', readText)
  if (!isExternal && given !== undefined)
    notes.warning(given.keyPlace, `${where}.name`, 'is honoured of external volumes alone, and was left out')
  return { external: isExternal ? (other ?? name) : null }
}
