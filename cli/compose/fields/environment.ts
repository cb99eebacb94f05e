import type { Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import { entriesOf, isNull } from '../tree.ts'
import { readText } from './text.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/

/** Variables, each with its value. */
export const readEnvironment = (value: Value, where: string, notes: Notes): Record<string, string> => {
  // By name in a map: an object would swallow a variable called __proto__.
  const variables = new Map<string, string>()
  for (const [name, { value: entry }] of entriesOf(value)) {
    const text = readText(entry, `${where}.${name}`, notes)
    if (!NAME.test(name)) notes.problem(entry.place, where, `"${name}" is not the name of a variable`)
    else if (text !== null) variables.set(name, text)
  }
  if (value.kind !== 'mapping' && !isNull(value))
    notes.problem(value.place, where, 'a mapping or a list of NAME=value is expected')
  return Object.fromEntries(variables)
}
