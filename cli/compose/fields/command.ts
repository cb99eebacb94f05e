import type { Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import { isNull } from '../tree.ts'
import { readText } from './text.ts'

/** A command: a list of words. A line that is still one has a quote left open. */
export const readCommand = (value: Value, where: string, notes: Notes): string[] | null => {
  if (value.kind === 'list') {
    const words = value.items.map((item, at) => readText(item, `${where}[${at}]`, notes))
    return words.some((word) => word === null) ? null : (words as string[])
  }
  if (!isNull(value))
    notes.problem(
      value.place,
      where,
      value.kind === 'scalar' ? 'a quote is not closed' : 'a command is expected',
    )
  return null
}
