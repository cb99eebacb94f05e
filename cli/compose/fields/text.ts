import type { Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'

/** The text of a scalar, with `$$` read as a dollar sign; null, and a problem noted, where it is none. */
export const readText = (value: Value, where: string, notes: Notes): string | null => {
  const { data } = value
  if (typeof data !== 'string' && typeof data !== 'number' && typeof data !== 'boolean') {
    notes.problem(value.place, where, 'a text is expected')
    return null
  }
  const text = String(data)
  if (/(^|[^$])(\$\$)*\$[{A-Za-z_]/.test(text)) {
    notes.problem(
      value.place,
      where,
      'variables are not replaced yet; write the value itself, or $$ for a dollar sign',
    )
    return null
  }
  return text.replaceAll('$$', '$')
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
