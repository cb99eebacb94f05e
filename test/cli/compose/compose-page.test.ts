/** docs/compose.md lists the short forms that there are, and each of them becomes what the page says. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { SERVICE_FORMS } from '../../../cli/compose/load/normalise.ts'
import { loaded } from './load/on-paper.ts'

const PAGE = readFileSync(new URL('../../../docs/compose.md', import.meta.url), 'utf8')
const ROWS = [...PAGE.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$/gm)].map(
  ([, key = '', short = '', long = '']) => ({
    key,
    short,
    long,
  }),
)

describe('docs/compose.md', () => {
  it('lists every key that has a short form', () => {
    const listed = [...PAGE.matchAll(/^\| `([a-z_-]+)` \| `[^`]+` \| .* \|$/gm)].map(([, key]) => key)
    assert.deepEqual(listed, Object.keys(SERVICE_FORMS))
  })

  for (const { key, short, long } of ROWS.filter(({ key }) => !['extends', 'profiles'].includes(key)))
    it(`says what the short form of ${key} becomes`, () => {
      const db = key === 'depends_on' ? '  db: {image: x}\n' : ''
      const { services } = loaded({ 'compose.yaml': `services:\n  web:\n    ${key}: ${short}\n${db}` })
      assert.deepEqual(services?.web?.[key], parse(long))
    })
})
