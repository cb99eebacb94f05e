/**
 * docs/compose.md lists the short forms that there are, and each of them becomes what the page says; and it says of every key what becomes
 * of it, to the word of the schema. `COTERIE_REWRITE=1` writes that list; read the difference before it is committed.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { SERVICE_FORMS } from '../../../cli/compose/load/normalise.ts'
import { DOCUMENT_KEYS, type Schema, SERVICE_KEYS } from '../../../cli/compose/schema/index.ts'
import { loaded } from './load/on-paper.ts'

const FILE = new URL('../../../docs/compose.md', import.meta.url)
const PAGE = readFileSync(FILE, 'utf8')
const ROWS = [...PAGE.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$/gm)].map(
  ([, key = '', short = '', long = '']) => ({
    key,
    short,
    long,
  }),
)

/** The comment that says how the lists are made, up to the end of the section. */
const MATRIX = /(?<=<!-- Made from cli\/compose\/schema[^\n]* -->\n\n)[\s\S]*?(?=\n## )/
const WORDS = { yes: 'yes', part: 'in part', later: 'not yet', no: 'no', refused: 'refused' } as const

const rowsOf = (schema: Schema): string[] =>
  Object.entries(schema).map(
    ([key, { is, note }]) => `| \`${key}\` | ${WORDS[is]} | ${note.replaceAll('|', '\\|')} |`,
  )

const matrix = (): string =>
  [
    '| key of a service | honoured | how, why not, or what to do instead |',
    '|---|---|---|',
    ...rowsOf(SERVICE_KEYS),
    '',
    '| key beside services | honoured | how, why not, or what to do instead |',
    '|---|---|---|',
    ...rowsOf(DOCUMENT_KEYS),
    '',
  ].join('\n')

describe('docs/compose.md', () => {
  it('says of every key what becomes of it', () => {
    const found = MATRIX.exec(PAGE)?.[0]
    if (process.env.COTERIE_REWRITE === '1')
      writeFileSync(
        FILE,
        PAGE.replace(MATRIX, () => matrix()),
      )
    else assert.equal(found, matrix())
  })

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
