import type { Entry, Value } from '../../yaml.ts'
import { leftOut, type Notes } from '../notes.ts'
import { entriesOf, isNull } from '../tree.ts'

/** The entries of a mapping by key; what is in neither list is named in a warning. */
export const readMapping = (
  value: Value,
  where: string,
  honoured: readonly string[],
  notes: Notes,
  silent: readonly string[] = [],
): ReadonlyMap<string, Entry> => {
  if (value.kind !== 'mapping' && !isNull(value)) notes.problem(value.place, where, 'a mapping is expected')
  const entries = entriesOf(value)
  for (const [key, { keyPlace }] of entries) {
    if (!honoured.includes(key) && !silent.includes(key) && !key.startsWith('x-'))
      notes.warning(keyPlace, `${where}.${key}`, leftOut(key, honoured))
  }
  return entries
}
