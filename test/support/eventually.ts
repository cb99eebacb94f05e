/** How often a condition is looked at; short beside anything that a test waits for. */
const POLL_MS = 10

/**
 * Looks at `probe` until it gives something other than null, undefined or false, and returns that.
 * What `probe` throws counts as not yet; the last such error is the cause when time is up.
 */
export const eventually = async <Value>(
  what: string,
  probe: () => Value | Promise<Value>,
  deadlineMs = 30_000,
): Promise<NonNullable<Exclude<Value, false>>> => {
  const start = performance.now()
  let cause: unknown
  while (performance.now() - start < deadlineMs) {
    try {
      const value = await probe()
      if (value !== null && value !== undefined && value !== false)
        return value as NonNullable<Exclude<Value, false>>
    } catch (error) {
      cause = error
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  throw new Error(`gave up waiting: ${what}`, { cause })
}

/** Looks in a row that must give the same. */
const SAME_LOOKS = 20

/** Resolves once `value` has been the same for a while. */
export const settled = (what: string, value: () => number): Promise<true> => {
  let last = Number.NaN
  let same = 0
  return eventually(what, () => {
    const now = value()
    same = now === last ? same + 1 : 0
    last = now
    return same === SAME_LOOKS
  })
}
