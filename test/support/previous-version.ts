/**
 * Makes the program that is loaded after it the previous version, by the one number that tells versions apart. Used as
 * `node --import previous-version.ts cli/coterie.js`; see docs/design/versions.md.
 */
import { registerHooks } from 'node:module'

const VERSIONS = new URL('../../protocols/versions/index.ts', import.meta.url).href
const PRESENT = 'SUPPORTED: VersionRange = { least: 1, most: 2 }'

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context)
    if (url !== VERSIONS) return loaded
    const source = String(loaded.source)
    if (!source.includes(PRESENT)) throw new Error('the range of this version is another one')
    return { ...loaded, source: source.replace(PRESENT, PRESENT.replace('most: 2', 'most: 1')) }
  },
})
