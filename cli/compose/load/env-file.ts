/**
 * Files of variables. Grammar: Compose Specification, chapter 5, `env_file` ("Env_file format"); that quoted values go
 * over lines, `export` before a name and `:` for `=` are Docker Compose's (its documentation of `.env` files).
 */
import type { Place } from '../../yaml.ts'
import { interpolate } from './interpolate.ts'
import type { Session } from './session.ts'
import type { Variables } from './variables.ts'

/** Written by hand, with a certificate in it at most. */
export const ENV_FILE_BYTES_MAX = 256 * 1024

export interface Variable {
  readonly place: Place
  /** Null where the line has a name only. */
  readonly text: string | null
}

interface Line {
  readonly name: string
  readonly place: Place
  readonly raw: string | null
  /** How the value is quoted; values in single quotes are taken as they are. */
  readonly quote: '' | '"' | "'"
}

/**
 * The variables of a file by their names, the last one of a name counting. Their values may use those of `variables`,
 * and of lines before. `isRaw`: everything after `=` is the value. What is wrong is noted.
 */
export const parseEnvFile = (
  text: string,
  file: string,
  variables: Variables,
  session: Session,
  isRaw = false,
): ReadonlyMap<string, Variable> => {
  const found = new Map<string, Variable>()
  const refuse = (place: Place, detail: string) =>
    session.notes.problem(place, '', detail, 'composeVariablesInvalid')
  const lookup = (name: string) => variables.get(name) ?? found.get(name)?.text ?? undefined
  const readValue = ({ name, place, raw, quote }: Line): string | null => {
    if (raw === null || isRaw || quote === "'") return raw
    const { text: value, unset, flaw } = interpolate(raw, lookup)
    session.grow(value.length, place, name)
    if (flaw !== null) session.notes.problem(place, name, flaw.detail, flaw.code)
    else for (const missing of unset) session.warnUnset(missing, place, name)
    return value
  }
  const lines = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  for (const line of (isRaw ? rawLines : composeLines)(lines, file, refuse))
    found.set(line.name, { place: line.place, text: readValue(line) })
  return found
}

/**
 * What files of variables set together, later ones counting more; a bare name sets nothing. Each may use what those
 * before it set.
 */
export const readDefaults = (
  files: Iterable<{ readonly path: string; readonly text: string }>,
  variables: Variables,
  session: Session,
): ReadonlyMap<string, string> => {
  const defaults = new Map<string, string>()
  for (const { path, text } of files)
    for (const [name, variable] of parseEnvFile(text, path, variables.behind(defaults), session))
      if (variable.text !== null) defaults.set(name, variable.text)
  return defaults
}

type Refuse = (place: Place, detail: string) => void

const BLANK = /^[ \t]*(#.*)?$/
const START = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*(?:[=:]|$)/
const EXPECTED = 'NAME=value is expected, or a comment that begins with #'

function* rawLines(text: string, file: string, refuse: Refuse): Generator<Line> {
  for (const [at, line] of text.split('\n').entries()) {
    const place = { file, line: at + 1, column: 1 }
    if (BLANK.test(line)) continue
    const equals = line.indexOf('=')
    const name = (equals < 0 ? line : line.slice(0, equals)).trim()
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) refuse(place, EXPECTED)
    else yield { name, place, raw: equals < 0 ? null : line.slice(equals + 1), quote: '' }
  }
}

function* composeLines(text: string, file: string, refuse: Refuse): Generator<Line> {
  let line = 1
  for (let at = 0; at < text.length; ) {
    const end = endOfLine(text, at)
    const whole = text.slice(at, end)
    const place = { file, line, column: 1 + (whole.length - whole.trimStart().length) }
    const [start, name] = START.exec(whole) ?? []
    let next = end
    if (start === undefined || name === undefined) {
      if (!BLANK.test(whole)) refuse(place, EXPECTED)
    } else if (!/[=:]$/.test(start)) yield { name, place, raw: null, quote: '' }
    else {
      const from = at + start.length + spacesAt(text, at + start.length)
      const quote = text[from]
      if (quote === '"' || quote === "'") {
        const quoted = readQuoted(text, from, quote)
        if (quoted === null) {
          refuse(place, `the quote of ${name} is not closed`)
          return
        }
        next = endOfLine(text, quoted.end)
        if (!BLANK.test(text.slice(quoted.end, next)))
          refuse(place, `something follows the closing quote of ${name}`)
        yield { name, place, raw: quoted.text, quote }
      } else yield { name, place, raw: unquoted(text.slice(at + start.length, end)), quote: '' }
    }
    line += text.slice(at, next + 1).split('\n').length - 1
    at = next + 1
  }
}

const endOfLine = (text: string, from: number): number => {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

const spacesAt = (text: string, from: number): number =>
  /^[ \t]*/.exec(text.slice(from, from + 100))?.[0].length ?? 0

/** A comment begins with a space before it. */
const unquoted = (rest: string): string => rest.replace(/[ \t]#.*$/, '').trim()

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', '"': '"', $: '$$' }

/** What stands between the quote at `from` and the next one of its kind, and where that ends. */
const readQuoted = (text: string, from: number, quote: '"' | "'"): { text: string; end: number } | null => {
  let out = ''
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at] as string
    if (char === quote) return { text: out, end: at + 1 }
    const next = text[at + 1]
    const escaped = quote === "'" ? (next === "'" ? "'" : undefined) : ESCAPES[next ?? '']
    if (char === '\\' && escaped !== undefined) {
      out += escaped
      at++
    } else out += char
  }
  return null
}
