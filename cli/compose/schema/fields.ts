/** The keys of one mapping, judged by the schema: what is left out is named, what is refused is a problem. */
import type { Entry, Place, Value } from '../../yaml.ts'
import { leftOut, type Notes } from '../notes.ts'
import { entriesOf, isNull, textOf } from '../tree.ts'
import type { Schema } from './key.ts'

/** Reads one value; null, and a problem noted, where it is of another shape. */
export type Read<Result> = (value: Value, where: string, notes: Notes) => Result

export interface Fields {
  readonly place: Place
  readonly entries: ReadonlyMap<string, Entry>
  /** What is read of a key; undefined where it is not there, says nothing, or is honoured later. */
  get<Result>(key: string, read: Read<Result>): NonNullable<Result> | undefined
}

/** `path`: where the mapping stands in the schema, such as `deploy.`; empty for the top. */
export const readFields = (
  value: Value,
  where: string,
  { schema, path }: { readonly schema: Schema; readonly path: string },
  notes: Notes,
): Fields => {
  if (value.kind !== 'mapping' && !isNull(value)) notes.problem(value.place, where, 'a mapping is expected')
  const entries = entriesOf(value)
  const keyAt = (key: string) => (Object.hasOwn(schema, path + key) ? schema[path + key] : undefined)
  const within = (key: string) => (where === '' ? key : `${where}.${key}`)
  for (const [key, { keyPlace, value: said }] of entries) {
    const known = keyAt(key)
    if (known === undefined) {
      if (!key.startsWith('x-')) notes.warning(keyPlace, within(key), leftOut(key, honouredAt(schema, path)))
    } else if (known.is === 'refused') notes.problem(keyPlace, within(key), `not honoured: ${known.note}`)
    else if (known.is === 'no' && !isNull(said))
      notes.warning(keyPlace, within(key), `is not honoured and was left out: ${known.note}`)
    else if (known.is === 'later' && textOf(said) !== known.usual)
      notes.warning(keyPlace, within(key), `is not honoured yet and was left out: ${known.note}`)
  }
  return {
    place: value.place,
    entries,
    get: (key, read) => {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      const result = read(entry.value, within(key), notes)
      return keyAt(key)?.is === 'later' ? undefined : (result ?? undefined)
    },
  }
}

/** Names of keys one step below `path`. */
const honouredAt = (schema: Schema, path: string): readonly string[] =>
  Object.entries(schema).flatMap(([key, { is }]) => {
    const name = key.startsWith(path) ? key.slice(path.length) : ''
    return name !== '' && /^[a-z_-]+$/.test(name) && is !== 'no' && is !== 'refused' ? [name] : []
  })

/** The fields that something was said of; undefined where there is none. */
export const said = <Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } | undefined => {
  const found = Object.entries(fields).filter(([, value]) => value !== undefined)
  return found.length === 0
    ? undefined
    : (Object.fromEntries(found) as { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> })
}
