import { CoterieError } from '../../protocols/errors/index.ts'
import { plain } from '../output.ts'

const TIME = /^(?:(\d{1,6})m(?!s))?(?:(\d{1,6}(?:\.\d{1,3})?)s)?(?:(\d{1,9})ms)?$/

/** Milliseconds of `500ms`, `30s`, `1.5s`, `2m` or `1m30s`; a number alone could mean anything. @throws `simTimeInvalid` */
export const readTime = (option: string, token: string, example: string): number => {
  const [whole, minutes = 0, seconds = 0, ms = 0] = TIME.exec(token) ?? []
  if (!whole) throw new CoterieError('simTimeInvalid', { option, token: plain(token), example })
  return Math.round(Number(minutes) * 60_000 + Number(seconds) * 1_000 + Number(ms))
}
