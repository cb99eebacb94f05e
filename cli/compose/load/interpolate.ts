/** Variables in a text. Grammar and meaning: Compose Specification, chapter 12 (Interpolation). */

/** What a variable is set to; undefined where it is not set. */
export type Lookup = (name: string) => string | undefined

/** A default within a default within a default: people write two. */
const NESTING_MAX = 16
/** What one value may become: a text of a spec is far shorter, and a variable may stand in it very often. */
const LENGTH_MAX = 256 * 1024

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/
const OPERATION = /^(:?[-?+])(.*)$/s

export interface Flaw {
  readonly code: 'composeInvalid' | 'composeVariableMissing' | 'composeTooLarge'
  readonly detail: string
}

export interface Interpolated {
  readonly text: string
  /** Variables without a value and without a default: an empty text stands for each. */
  readonly unset: readonly string[]
  /** The first thing that is wrong; the text then counts for nothing. */
  readonly flaw: Flaw | null
}

/**
 * The text with its variables replaced: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?message}`,
 * `${NAME?message}`, `${NAME:+other}`, `${NAME+other}`; the word after the operator may hold variables and is looked
 * at only where it is used. `$$` is a dollar sign, and so is a `$` that begins none of these.
 */
export const interpolate = (text: string, lookup: Lookup): Interpolated => {
  const unset = new Set<string>()
  let flaw: Flaw | null = null
  const refuse = (code: Flaw['code'], detail: string): string => {
    flaw ??= { code, detail }
    return ''
  }

  const plainValue = (name: string): string => {
    const value = lookup(name)
    if (value === undefined) unset.add(name)
    return value ?? ''
  }

  const braced = (body: string, depth: number): string => {
    const [name] = NAME.exec(body) ?? []
    if (name === undefined) return refuse('composeInvalid', `\${${shortened(body)}} names no variable`)
    const rest = body.slice(name.length)
    if (rest === '') return plainValue(name)
    const [, operator = '', word = ''] = OPERATION.exec(rest) ?? []
    if (operator === '')
      return refuse(
        'composeInvalid',
        `\${${shortened(body)}} is no form of a variable; after its name come :- - :? ? :+ or +`,
      )
    const value = lookup(name)
    const counts = value !== undefined && (value !== '' || !operator.startsWith(':'))
    switch (operator.at(-1)) {
      case '-':
        return counts ? value : expand(word, depth + 1)
      case '+':
        return counts ? expand(word, depth + 1) : ''
      default:
        return counts ? value : missing(name, value, expand(word, depth + 1))
    }
  }

  const missing = (name: string, value: string | undefined, message: string): string =>
    refuse(
      'composeVariableMissing',
      `${name} is ${value === undefined ? 'not set' : 'empty'}${message === '' ? '' : `: ${message}`}`,
    )

  const expand = (word: string, depth: number): string => {
    if (depth > NESTING_MAX)
      return refuse('composeTooLarge', `variables are nested deeper than ${NESTING_MAX}`)
    let out = ''
    let at = 0
    while (flaw === null) {
      const dollar = word.indexOf('$', at)
      if (dollar < 0) break
      out += word.slice(at, dollar)
      const { text: part, next } = reference(word, dollar, depth)
      out += part
      at = next
      if (out.length > LENGTH_MAX)
        return refuse('composeTooLarge', `it becomes longer than ${LENGTH_MAX} characters`)
    }
    return out + word.slice(at)
  }

  /** What stands for the dollar sign at `dollar` and what belongs to it, and where the text goes on. */
  const reference = (word: string, dollar: number, depth: number): { text: string; next: number } => {
    const after = word[dollar + 1]
    if (after === '$') return { text: '$', next: dollar + 2 }
    if (after === '{') {
      const end = closingBrace(word, dollar + 2)
      if (end !== null) return { text: braced(word.slice(dollar + 2, end), depth), next: end + 1 }
      const open = shortened(word.slice(dollar))
      return {
        text: refuse('composeInvalid', `${open} has no closing brace; write $$ for a dollar sign`),
        next: word.length,
      }
    }
    const [name] = NAME.exec(word.slice(dollar + 1, dollar + 1 + NAME_LENGTH_MAX)) ?? []
    if (name === undefined) return { text: '$', next: dollar + 1 }
    return { text: plainValue(name), next: dollar + 1 + name.length }
  }

  const whole = expand(text, 0)
  return { text: whole, unset: [...unset], flaw }
}

/** Longer than any name of a variable; without it, a text of dollar signs would be copied once for each. */
const NAME_LENGTH_MAX = 1024

/** The brace that closes what begins at `from`: a plain brace opens nothing, as in a shell. */
const closingBrace = (text: string, from: number): number | null => {
  let open = 1
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('$$', at)) at++
    else if (text.startsWith('${', at)) {
      open++
      at++
    } else if (text[at] === '}' && --open === 0) return at
  }
  return null
}

const SHOWN_MAX = 40

/** A message shows where it is, not a whole certificate. */
const shortened = (text: string): string =>
  text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}...` : text
