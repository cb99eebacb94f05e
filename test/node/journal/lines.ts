/** Lines of a journal, by hand. */
import { type Journal, type Line, type ReadOptions, tidyLine } from '../../../node/journal/index.ts'

export interface Said {
  readonly level?: number
  readonly atMs?: number
  readonly fields?: object
}

/** A line as the logger gives it. */
export const said = (
  message: string,
  { level = 30, atMs = 1_700_000_000_000, fields = {} }: Said = {},
): string =>
  tidyLine(`${JSON.stringify({ level, time: new Date(atMs).toISOString(), ...fields, msg: message })}\n`)

export const messageOf = ({ text }: Line): string => JSON.parse(text).msg

export const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}

/** All lines from a number on. */
export const readAll = async (journal: Pick<Journal, 'read'>, from = 0): Promise<Line[]> => {
  const options: ReadOptions = { follow: false, signal: new AbortController().signal }
  return collect(journal.read(from, options))
}

export const messagesOf = async (journal: Pick<Journal, 'read'>, from = 0): Promise<string[]> =>
  (await readAll(journal, from)).map(messageOf)
