/** A line of the journal as text, and what is read out of it. Pure. */
import { JOURNAL_LINE_LENGTH_MAX } from '../../protocols/journal/index.ts'
import { redact } from './redact.ts'

export interface Line {
  readonly sequence: number
  /** pino's number: 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
  readonly level: number
  /** Wall clock of the node that wrote it. */
  readonly atMs: number
  /** One JSON object, its number included. */
  readonly text: string
}

/** Characters that a number takes at the begin of a line. */
const NUMBER_LENGTH_MAX = '{"seq":9007199254740991,'.length

/** Characters of a cut line that are left: as a JSON string they may be twice as many, beside some hundred of the others. */
const CUT_LENGTH = 3_900

const HEAD = /^\{"level":(\d{2}),"time":"([^"\\]{20,30})"/
const NUMBERED_HEAD = /^\{"seq":(\d{1,16}),"level":(\d{2}),"time":"([^"\\]{20,30})"/

/** A line as the logger gives it, short enough and without secrets; the line's end is left out. */
export const tidyLine = (raw: string): string => {
  const text = raw.trimEnd()
  if (text.length <= JOURNAL_LINE_LENGTH_MAX - NUMBER_LENGTH_MAX) {
    const tidy = redact(text)
    if (tidy.length <= JOURNAL_LINE_LENGTH_MAX - NUMBER_LENGTH_MAX) return tidy
  }
  const [, level = '50', time = ''] = HEAD.exec(text) ?? []
  return JSON.stringify({
    level: Number(level),
    time,
    msg: 'a line that is too long is cut',
    characters: text.length,
    begins: redact(text.slice(0, CUT_LENGTH)).slice(0, CUT_LENGTH),
  })
}

/** A tidy line with its number. */
export const numberLine = (tidy: string, sequence: number): string => `{"seq":${sequence},${tidy.slice(1)}`

/** Null for what is no line, such as half of one that a crash left. */
export const parseLine = (text: string): Line | null => {
  const [, sequence, level, time = ''] = NUMBERED_HEAD.exec(text) ?? []
  const atMs = Date.parse(time)
  if (Number.isNaN(atMs) || !text.endsWith('}') || text.length > JOURNAL_LINE_LENGTH_MAX) return null
  return { sequence: Number(sequence), level: Number(level), atMs: Math.max(0, atMs), text }
}
