import type { Value } from '../../yaml.ts'
import type { Notes } from '../notes.ts'
import { readText } from './text.ts'

/**
 * Splits a command line into words as a shell would, quotes and backslashes included; nothing is expanded.
 * Null where a quote is left open. Grammar: POSIX shell command language, section 2.2.
 */
export const splitWords = (line: string): string[] | null => {
  const words: string[] = []
  let word: string | null = null
  let quote: string | null = null
  for (let at = 0; at < line.length; at++) {
    const char = line[at] as string
    const next = line[at + 1]
    if (quote === "'") {
      if (char === "'") quote = null
      else word += char
    } else if (char === '\\' && next !== undefined && (quote === null || '"\\$`'.includes(next))) {
      word = (word ?? '') + next
      at++
    } else if (quote === '"') {
      if (char === '"') quote = null
      else word += char
    } else if (char === '"' || char === "'") {
      quote = char
      word ??= ''
    } else if (/\s/.test(char)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + char
  }
  if (word !== null) words.push(word)
  return quote === null ? words : null
}

/** A command: a list of words, or a line that is split. */
export const readCommand = (value: Value, where: string, notes: Notes): string[] | null => {
  const items = value.items()
  if (items !== null) {
    const words = items.map((item, at) => readText(item, `${where}[${at}]`, notes))
    return words.some((word) => word === null) ? null : (words as string[])
  }
  if (value.data === null) return null
  const line = readText(value, where, notes)
  if (line === null) return null
  const words = splitWords(line)
  if (words === null) notes.problem(value.place, where, 'a quote is not closed')
  return words
}
