import type { Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import type { Read } from '../schema/index.ts'
import { textOf } from '../tree.ts'

/** The text of a scalar as it is written; null, and a problem noted, where it is none. */
export const readText = (value: Value, where: string, notes: Notes): string | null => {
  const text = textOf(value)
  if (text === null) notes.problem(value.place, where, 'a text is expected')
  return text
}

/** An integer within bounds; null, and a problem noted, where it is none. */
export const readInteger = (
  value: Value,
  where: string,
  min: number,
  max: number,
  notes: Notes,
): number | null => {
  const text = readText(value, where, notes)
  if (text === null) return null
  const number = Number(text)
  if (Number.isInteger(number) && number >= min && number <= max && text.trim() !== '') return number
  notes.problem(value.place, where, `a whole number from ${min} to ${max} is expected`)
  return null
}

/** True or false, also as a text, which is what a variable gives; false, and a problem noted, where it is neither. */
export const readBoolean = (value: Value, where: string, notes: Notes): boolean => {
  const text = textOf(value)
  if (text !== 'true' && text !== 'false') notes.problem(value.place, where, 'true or false is expected')
  return text === 'true'
}

/** The same, where both bounds are known beforehand. */
export const integer =
  (min: number, max: number): Read<number | null> =>
  (value, where, notes) =>
    readInteger(value, where, min, max, notes)

/** One of the words; null, and a problem noted, where it is none. */
export const oneOf =
  <const Word extends string>(...words: readonly Word[]): Read<Word | null> =>
  (value, where, notes) => {
    const text = readText(value, where, notes)
    const word = words.find((each) => each === text)
    if (text !== null && word === undefined)
      notes.problem(value.place, where, `one of ${words.join(', ')} is expected`)
    return word ?? null
  }
