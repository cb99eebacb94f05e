import type { Value } from '../../../yaml.ts'
import { listOf, scalarOf, textOf } from '../../tree.ts'

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

/** A command as a list of words; a line with an open quote stays as it is. */
export const wordsForm = (value: Value): Value => {
  const line = textOf(value)
  const words = line === null ? null : splitWords(line)
  return words === null
    ? value
    : listOf(
        words.map((word) => scalarOf(word, value.place)),
        value.place,
      )
}
