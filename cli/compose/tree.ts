/** Small steps on values with places, which the YAML adapter reads and everything here passes on. */
import type { Entry, List, Mapping, Place, Scalar, Value } from '../yaml.ts'

export const scalarOf = (data: Scalar['data'], place: Place): Scalar => ({
  kind: 'scalar',
  place,
  tag: null,
  data,
  text: data === null ? '' : String(data),
})

export const listOf = (items: readonly Value[], place: Place): List => ({
  kind: 'list',
  place,
  tag: null,
  items,
})

export const mappingOf = (entries: Iterable<readonly [string, Entry]>, place: Place): Mapping => ({
  kind: 'mapping',
  place,
  tag: null,
  entries: new Map(entries),
})

/** A mapping whose keys and values all stand in one place, as the parts of a short form do; what is undefined is left out. */
export const partsOf = (
  parts: Readonly<Record<string, Value | Scalar['data'] | undefined>>,
  place: Place,
): Mapping =>
  mappingOf(
    Object.entries(parts).flatMap(([key, part]) => {
      if (part === undefined) return []
      const value = typeof part === 'object' && part !== null ? part : scalarOf(part, place)
      return [[key, { keyPlace: place, value }] as const]
    }),
    place,
  )

export const isNull = (value: Value): boolean => value.kind === 'scalar' && value.data === null

/** What a scalar says, numbers as they are written (`1.10`, `0755`); null where there is none. */
export const textOf = (value: Value | undefined): string | null =>
  value?.kind === 'scalar' && value.data !== null ? value.text : null

export const valueAt = (value: Value | undefined, ...keys: readonly string[]): Value | undefined =>
  keys.reduce((at, key) => (at?.kind === 'mapping' ? at.entries.get(key)?.value : undefined), value)

export const itemsOf = (value: Value | undefined): readonly Value[] =>
  value?.kind === 'list' ? value.items : []

export const entriesOf = (value: Value | undefined): ReadonlyMap<string, Entry> =>
  value?.kind === 'mapping' ? value.entries : new Map()

/** The mapping with other values; undefined takes the entry out. */
export const mapEntries = (
  mapping: Mapping,
  change: (value: Value, key: string, entry: Entry) => Value | undefined,
): Mapping => ({
  ...mapping,
  entries: new Map(
    [...mapping.entries].flatMap(([key, entry]) => {
      const value = change(entry.value, key, entry)
      return value === undefined ? [] : [[key, { ...entry, value }] as const]
    }),
  ),
})

/** The mapping with that entry, which stays where it stood. */
export const withEntry = (mapping: Mapping, key: string, entry: Entry): Mapping => ({
  ...mapping,
  entries: new Map([...mapping.entries, [key, entry]]),
})

export const withoutEntry = (mapping: Mapping, key: string): Mapping => ({
  ...mapping,
  entries: new Map([...mapping.entries].filter(([name]) => name !== key)),
})

/** Whether two values say the same, wherever they stand. */
export const isSame = (one: Value, other: Value): boolean => {
  if (one.kind === 'scalar') return other.kind === 'scalar' && one.data === other.data
  if (one.kind === 'list')
    return (
      other.kind === 'list' &&
      one.items.length === other.items.length &&
      one.items.every((item, at) => isSame(item, other.items[at] as Value))
    )
  return (
    other.kind === 'mapping' &&
    one.entries.size === other.entries.size &&
    [...one.entries].every(([key, { value }]) => {
      const opposite = other.entries.get(key)
      return opposite !== undefined && isSame(value, opposite.value)
    })
  )
}
