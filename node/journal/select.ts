/** Which lines a reader wants: level, time, text, and so many from the end. */
import type { JournalQuestion } from '../../protocols/journal/index.ts'
import type { ReadLines } from './journal.ts'
import type { Line } from './line.ts'

export type Selection = Omit<JournalQuestion, 'of'>

type Fits = (line: Line) => boolean

const fitting = ({ level, sinceMs, untilMs, grep }: Selection): Fits => {
  const wanted = grep?.toLowerCase() ?? null
  return (line) =>
    line.level >= level &&
    (sinceMs === null || line.atMs >= sinceMs) &&
    (untilMs === null || line.atMs <= untilMs) &&
    (wanted === null || line.text.toLowerCase().includes(wanted))
}

/** The lines that fit, as `ReadLines` gives them. */
export async function* selectLines(
  read: ReadLines,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<Line> {
  const fits = fitting(selection)
  const { after, tail, follow } = selection
  const first = after === null ? 0 : after + 1
  const from = tail === null ? first : await startOfTail(read(first, { follow: false, signal }), fits, tail)
  for await (const line of read(from, { follow, signal })) if (fits(line)) yield line
}

/** The number of the first of the last `tail` lines that fit. Numbers are held, and no lines. */
const startOfTail = async (lines: AsyncIterable<Line>, fits: Fits, tail: number): Promise<number> => {
  const last = new Float64Array(tail)
  let found = 0
  let next = 0
  for await (const line of lines) {
    next = line.sequence + 1
    if (!fits(line)) continue
    if (tail > 0) last[found % tail] = line.sequence
    found += 1
  }
  if (tail === 0 || found === 0) return next
  return last[found < tail ? 0 : found % tail] ?? next
}
