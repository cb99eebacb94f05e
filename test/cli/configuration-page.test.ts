/**
 * docs/configuration.md lists what the table of settings holds, to the word.
 * `COTERIE_REWRITE=1` writes the list; read the difference before it is committed.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { SETTING_KEYS, SETTINGS } from '../../protocols/control/settings/index.ts'

const PAGE = new URL('../../docs/configuration.md', import.meta.url)
/** The comment that says how the list is made, up to the paragraph after it. */
const LIST = /(?<=<!-- Made from [^\n]* -->\n\n)(\|[^\n]*\n)*/

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

const listed = (): string =>
  [
    '| setting | variable | value | default | what it is for |',
    '|---|---|---|---|---|',
    ...SETTING_KEYS.map((key) => {
      const { name, variable, kind, defaultText, summary } = SETTINGS[key]
      return `| \`${name}\` | \`${variable}\` | ${cell(kind.argument)} | ${cell(defaultText)} | ${cell(summary)} |`
    }),
    '',
  ].join('\n')

describe('docs/configuration.md', () => {
  it('lists every setting as the table has it', () => {
    const page = readFileSync(PAGE, 'utf8')
    const found = LIST.exec(page)?.[0]
    if (process.env.COTERIE_REWRITE === '1')
      writeFileSync(
        PAGE,
        page.replace(LIST, () => listed()),
      )
    else assert.equal(found, listed())
  })

  it('tells of every second variable', () => {
    const page = readFileSync(PAGE, 'utf8')
    for (const key of SETTING_KEYS) {
      const { name, otherVariable } = SETTINGS[key]
      if (otherVariable !== undefined)
        assert.ok(page.includes(`\`${name}\` is also read from \`${otherVariable}\``))
    }
  })
})
