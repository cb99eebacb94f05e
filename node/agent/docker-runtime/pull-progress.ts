/** What the engine tells while it pulls: lines of JSON, about a layer each. Pure. */
import type { Pull } from '../../../protocols/tasks/index.ts'

interface Line {
  readonly id?: unknown
  readonly status?: unknown
  readonly error?: unknown
  readonly progressDetail?: { readonly current?: unknown; readonly total?: unknown }
}

interface Layer {
  readonly doneBytes: number
  readonly totalBytes: number
}

export interface PullProgress {
  /** Takes a piece of text, cut wherever. Returns the error that the engine tells of, or null. */
  read(text: string): string | null
  /** What is here of what is known to be needed. */
  pull(): Pull
}

const bytesOf = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0

export const createPullProgress = (): PullProgress => {
  const layers = new Map<string, Layer>()
  let rest = ''

  /** The engine tells of most failures so, after it has answered 200. */
  const readLine = (text: string): string | null => {
    if (text.trim() === '') return null
    const { id, status, error, progressDetail } = JSON.parse(text) as Line
    if (error !== undefined) return String(error)
    if (typeof id !== 'string') return null
    const known = layers.get(id)
    if (status === 'Downloading') {
      const totalBytes = bytesOf(progressDetail?.total)
      layers.set(id, { doneBytes: Math.min(bytesOf(progressDetail?.current), totalBytes), totalBytes })
    } else if (known !== undefined) layers.set(id, { ...known, doneBytes: known.totalBytes })
    return null
  }

  const sum = (key: keyof Layer): number =>
    [...layers.values()].reduce((bytes, layer) => bytes + layer[key], 0)

  return {
    read: (text) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      // What is whole needs no end of the line.
      if (rest.endsWith('}')) {
        try {
          JSON.parse(rest)
          lines.push(rest)
          rest = ''
        } catch {
          // It goes on in the next piece.
        }
      }
      return lines.map(readLine).find((error) => error !== null) ?? null
    },
    pull: () => ({ doneBytes: sum('doneBytes'), totalBytes: sum('totalBytes') }),
  }
}
