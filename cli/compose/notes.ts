import type { Place } from './document.ts'

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

/** Steps of one letter (insert, drop, change) that turn `a` into `b`, counted up to 2 (Levenshtein). */
const isNear = (a: string, b: string): boolean => {
  if (a === b || Math.abs(a.length - b.length) > 1) return false
  let [i, j, steps] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      i++
      j++
      continue
    }
    if (++steps > 1) return false
    if (a.length >= b.length) i++
    if (b.length >= a.length) j++
  }
  return steps + (a.length - i) + (b.length - j) <= 1
}

/** Names a key that is not honoured, and the honoured one that was probably meant. */
export const leftOut = (key: string, honoured: readonly string[]): string => {
  const near = honoured.find((name) => isNear(key, name))
  return `is not honoured and was left out${near === undefined ? '' : `; did you mean ${near}?`}`
}
