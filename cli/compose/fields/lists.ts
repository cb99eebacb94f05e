import type { Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import type { Read } from '../schema/index.ts'
import { entriesOf, isNull, itemsOf } from '../tree.ts'
import { readText } from './text.ts'

/** A list, each item of which `read` makes something of; null where nothing is in it. */
export const readList =
  <Item>(read: Read<Item | null>): Read<Item[] | null> =>
  (value, where, notes) => {
    if (value.kind !== 'list') {
      if (!isNull(value)) notes.problem(value.place, where, 'a list is expected')
      return null
    }
    const items = itemsOf(value).flatMap((item, at) => read(item, `${where}[${at}]`, notes) ?? [])
    return items.length === 0 ? null : (items as Item[])
  }

export const readTexts = readList(readText)

/** A mapping of names to texts, of which a value may be missing; null where nothing is in it. */
export const readPairs = (value: Value, where: string, notes: Notes): Record<string, string> | null => {
  if (value.kind !== 'mapping' && !isNull(value))
    notes.problem(value.place, where, 'a mapping or a list of NAME=value is expected')
  const pairs = [...entriesOf(value)].map(([name, entry]): [string, string] => [
    name,
    isNull(entry.value) ? '' : (readText(entry.value, `${where}.${name}`, notes) ?? ''),
  ])
  return pairs.length === 0 ? null : Object.fromEntries(pairs)
}
