import { registerHooks } from 'node:module'
import { type Change, changed, ROOT } from './mutant.ts'

/** What this thread loads from now on is loaded with the change in it. Says whether its file was among that. */
export const plant = (change: Change): (() => boolean) => {
  const changedUrl = new URL(change.file, ROOT).href
  let isLoaded = false
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context)
      if (url !== changedUrl) return loaded
      isLoaded = true
      return { ...loaded, source: changed(String(loaded.source), change) }
    },
  })
  return () => isLoaded
}
