/** How answers look: tables and lines for people, JSON for programs. */
import type { Readable, Writable } from 'node:stream'
import { stripVTControlCharacters, styleText } from 'node:util'
import Table from 'cli-table3'

/** One JSON value on a line of its own. */
export const jsonLine = (value: unknown): string => `${JSON.stringify(value)}\n`

/** Between two columns. */
const GAP = '  '

/** Characters of a column that are left of it on a narrow terminal. */
const COLUMN_LENGTH_MIN = 8

/** How wide the columns may be, the widest made narrower until all fit into `columns` characters; null where they do. */
const fittedWidths = (lines: readonly (readonly string[])[], columns: number): number[] | null => {
  const widths = (lines[0] ?? []).map((_, at) =>
    Math.max(...lines.map((line) => stripVTControlCharacters(line[at] ?? '').length)),
  )
  let excess = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1)) - columns
  if (excess <= 0) return null
  for (; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths))
    if ((widths[widest] as number) <= COLUMN_LENGTH_MIN) break
    widths[widest] = (widths[widest] as number) - 1
  }
  return widths
}

/**
 * Columns without lines between them, so that `awk` and `grep` work on them too. Where `stream` is a terminal, what does not fit into
 * its width is cut.
 */
export const table = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  stream?: Writable,
): string => {
  const columns = stream !== undefined && isTerminal(stream) ? (stream as { columns?: number }).columns : 0
  const widths = columns ? fittedWidths([head, ...rows], columns) : null
  const grid = new Table({
    ...(widths !== null && { colWidths: widths }),
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: GAP,
    },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  grid.push([...head], ...rows.map((row) => [...row]))
  return `${grid.toString().replace(/ +$/gm, '')}\n`
}

const COLOURS: Readonly<Record<string, 'green' | 'yellow' | 'red'>> = {
  alive: 'green',
  suspect: 'yellow',
  unknown: 'yellow',
  dead: 'red',
  running: 'green',
  completed: 'green',
  unhealthy: 'red',
  preparing: 'yellow',
  starting: 'yellow',
  waiting: 'yellow',
  unassigned: 'yellow',
  'crash loop': 'red',
  nowhere: 'red',
  failed: 'red',
  rejected: 'red',
  lost: 'red',
  create: 'green',
  update: 'yellow',
  remove: 'red',
  good: 'green',
  warning: 'yellow',
  bad: 'red',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
}

/** A state in its colour, where `stream` is a terminal that wants colours. */
export const painted = (state: string, stream: Writable): string => {
  const colour = COLOURS[state]
  return colour === undefined ? state : styleText(colour, state, { stream })
}

/** What matters less, where `stream` is a terminal that wants colours. */
export const faint = (text: string, stream: Writable): string => styleText('dim', text, { stream })

/** What a node does, and whether it does so only as a last resort. */
export const roleOf = ({ role, edge }: { readonly role: string; readonly edge: boolean }): string =>
  edge ? `${role}, edge` : role

/** Text of others on one line, without what a terminal would obey. */
export const plain = (text: string): string => text.replace(/\s*\p{Cc}+\s*/gu, ' ')

export const isTerminal = (stream: Readable | Writable): boolean =>
  (stream as { readonly isTTY?: boolean }).isTTY === true

/** A duration as a person says it, in its two largest units. */
export const duration = (ms: number): string => {
  const seconds = Math.floor(ms / 1000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  return first === -1
    ? '0s'
    : parts
        .slice(first, first + 2)
        .map(([count, unit]) => `${count}${unit}`)
        .join(' ')
}
