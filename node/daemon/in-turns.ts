import { setImmediate } from 'node:timers/promises'

/**
 * Loads these one after the other, with a turn for others after each. An import holds the event loop until all that it needs is found,
 * read and compiled, but for what an earlier one has loaded.
 */
export const importInTurns = async (imports: readonly (() => Promise<unknown>)[]): Promise<void> => {
  for (const load of imports) {
    await load()
    await setImmediate()
  }
}
