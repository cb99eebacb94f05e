/** The name of `names` that somebody who typed `text` probably meant, one letter away from it; null where there is none. */
export const nearestOf = (text: string, names: readonly string[]): string | null =>
  names.find((name) => isNear(text, name)) ?? null

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
