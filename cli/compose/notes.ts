import { nearestOf } from '../near-name.ts'
import type { Place } from '../yaml.ts'

/** Something to tell of one place in the file; `where` is the path of keys, such as `services.web.ports`. */
export interface Note extends Place {
  readonly where: string
  readonly detail: string
}

/** Collects what is wrong (the file is refused) and what is left out (the person is told). */
export interface Notes {
  readonly problems: readonly Note[]
  readonly warnings: readonly Note[]
  problem(place: Place, where: string, detail: string): void
  warning(place: Place, where: string, detail: string): void
}

export const createNotes = (): Notes => {
  const problems: Note[] = []
  const warnings: Note[] = []
  return {
    problems,
    warnings,
    problem: ({ line, column }, where, detail) => void problems.push({ line, column, where, detail }),
    warning: ({ line, column }, where, detail) => void warnings.push({ line, column, where, detail }),
  }
}

/** Names a key that is not honoured, and the honoured one that was probably meant. */
export const leftOut = (key: string, honoured: readonly string[]): string => {
  const near = nearestOf(key, honoured)
  return `is not honoured and was left out${near === null ? '' : `; did you mean ${near}?`}`
}
