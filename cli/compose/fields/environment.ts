import type { Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import { readText } from './text.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/

/** Variables, as a mapping or as a list of `NAME=value`. One without a value would come from the caller's own environment. */
export const readEnvironment = (value: Value, where: string, notes: Notes): Record<string, string> => {
  // By name in a map: an object would swallow a variable called __proto__.
  const variables = new Map<string, string>()
  const add = (name: string, text: string | null, place: Value['place']) => {
    if (!NAME.test(name)) notes.problem(place, where, `"${name}" is not the name of a variable`)
    else if (text !== null) variables.set(name, text)
  }
  const withoutValue = (name: string, place: Value['place']) =>
    notes.problem(
      place,
      `${where}.${name}`,
      'a value is expected; it is not taken from the environment of this command',
    )

  const entries = value.entries()
  const items = value.items()
  for (const { key, keyPlace, value: entry } of entries ?? []) {
    if (entry.data === null) withoutValue(key, keyPlace)
    else add(key, readText(entry, `${where}.${key}`, notes), entry.place)
  }
  for (const item of items ?? []) {
    const text = readText(item, where, notes)
    if (text === null) continue
    const equals = text.indexOf('=')
    if (equals < 0) withoutValue(text, item.place)
    else add(text.slice(0, equals), text.slice(equals + 1), item.place)
  }
  if (entries === null && items === null && value.data !== null) {
    notes.problem(value.place, where, 'a mapping or a list of NAME=value is expected')
  }
  return Object.fromEntries(variables)
}
