import assert from 'node:assert/strict'
import { packagesIn, redirected } from '../../packaging/imports.ts'

describe('packaging: imports', () => {
  const text = `import 'polyfill'
import { a } from "one"
import b, {
  c,
} from '@scope/two/deep'
import type { D } from 'types-only'
export type {
  E,
} from 'types-only'
export { f } from './own.ts'
import { g } from 'node:fs'
const later = () => import('three')
// what comes from 'nowhere' else
/**
 * import('nowhere') would do it
 */
`

  it('are those of packages, also of what is loaded later, and not of types or in comments', () => {
    assert.deepEqual(packagesIn(text), ['polyfill', 'one', '@scope/two/deep', 'three'])
  })

  it('are led elsewhere, and nothing else is changed', () => {
    const led = redirected(text, (name) => `./vendor/${name}.js`)
    assert.match(led, /^import '\.\/vendor\/polyfill\.js'\nimport \{ a \} from "\.\/vendor\/one\.js"/)
    assert.match(led, /\} from '\.\/vendor\/@scope\/two\/deep\.js'/)
    assert.match(led, /import\('\.\/vendor\/three\.js'\)/)
    assert.match(led, /from '\.\/own\.ts'\nimport \{ g \} from 'node:fs'/)
  })
})
