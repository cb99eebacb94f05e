import assert from 'node:assert/strict'
import fc from 'fast-check'
import { interpolate } from '../../../../cli/compose/load/interpolate.ts'
import { loaded, refusal, warningsOf, web } from './on-paper.ts'

const SET: Readonly<Record<string, string>> = { SET: 'value', EMPTY: '', OTHER: 'other', _a1: 'low' }
const lookup = (name: string) => (Object.hasOwn(SET, name) ? SET[name] : undefined)
const said = (text: string) => interpolate(text, lookup)

describe('compose: variables in a text', () => {
  // The forms of the specification's chapter 12, each with a variable that is set, empty, and not set.
  for (const [form, set, empty, unset] of [
    ['$NAME', 'value', '', ''],
    [`\${NAME}`, 'value', '', ''],
    [`\${NAME:-default}`, 'value', 'default', 'default'],
    [`\${NAME-default}`, 'value', '', 'default'],
    [`\${NAME:-}`, 'value', '', ''],
    [`\${NAME:+other}`, 'other', '', ''],
    [`\${NAME+other}`, 'other', 'other', ''],
    [`\${NAME:-\${OTHER}}`, 'value', 'other', 'other'],
    [`\${NAME:-\${GONE:-default}}`, 'value', 'default', 'default'],
    [`\${NAME:-$OTHER and \${SET}}`, 'value', 'other and value', 'other and value'],
    [`\${NAME:+<\${OTHER}>}`, '<other>', '', ''],
    [`a\${NAME}b`, 'avalueb', 'ab', 'ab'],
    ['$$NAME', '$NAME', '$EMPTY', '$GONE'],
    [`$\${NAME}`, `\${SET}`, `\${EMPTY}`, `\${GONE}`],
    ['$$$NAME', '$value', '$', '$'],
    [`\${NAME:-$$x}`, 'value', '$x', '$x'],
    [`\${NAME:-a:b-c?d}`, 'value', 'a:b-c?d', 'a:b-c?d'],
    [`\${NAME:-{}}`, 'value}', '{}', '{}'],
    [`\${NAME:-two\nlines}`, 'value', 'two\nlines', 'two\nlines'],
  ] as const)
    for (const [name, expected] of [
      ['SET', set],
      ['EMPTY', empty],
      ['GONE', unset],
    ] as const) {
      const text = form.replaceAll('NAME', name)
      // Where the form itself shows the name, it does so with this one.
      const wanted =
        expected.startsWith('$') && expected !== '$value' && expected.length > 2
          ? expected.replace('NAME', name)
          : expected
      it(`${JSON.stringify(text)} is ${JSON.stringify(wanted)}`, () => {
        const { text: out, flaw } = said(text)
        assert.deepEqual([out, flaw], [wanted, null])
      })
    }

  for (const [text, detail] of [
    [`\${GONE:?say it}`, 'GONE is not set: say it'],
    [`\${GONE?say it}`, 'GONE is not set: say it'],
    [`\${EMPTY:?}`, 'EMPTY is empty'],
    [`\${GONE?$OTHER}`, 'GONE is not set: other'],
    [`\${GONE:-\${ALSO:?both}}`, 'ALSO is not set: both'],
  ] as const)
    it(`${text} refuses`, () => {
      assert.deepEqual(said(text).flaw, { code: 'composeVariableMissing', detail })
    })

  for (const [text, expected] of [
    [`\${SET:?say it}`, 'value'],
    [`\${EMPTY?say it}`, ''],
    [`\${SET:-\${GONE:?never looked at}}`, 'value'],
    [`\${GONE:+\${GONE:?never looked at}}`, ''],
    ['$_a1-$', 'low-$'],
    ['$1 costs $ 2', '$1 costs $ 2'],
    ['^[a-z]+$', '^[a-z]+$'],
    ['$SETTING$SET', 'value'],
  ] as const)
    it(`${text} is ${expected}`, () => assert.deepEqual([said(text).text, said(text).flaw], [expected, null]))

  for (const text of [
    `\${`,
    `\${SET`,
    `\${}`,
    `\${1}`,
    `\${SET/a/b}`,
    `\${SET:a}`,
    `\${SET:=a}`,
    `\${!SET}`,
    `\${SET:-\${OTHER}`,
  ])
    it(`${text} is no form`, () => assert.equal(said(text).flaw?.code, 'composeInvalid'))

  it('names what is neither set nor has a default', () => {
    assert.deepEqual(said(`$A \${B} \${C:-} $A $SET`).unset, ['A', 'B'])
  })

  it('is bounded in depth and length', () => {
    const deep = `${'${A:-'.repeat(50)}x${'}'.repeat(50)}`
    assert.equal(said(deep).flaw?.code, 'composeTooLarge')
    const long = (name: string) => (name === 'A' ? 'x'.repeat(10_000) : undefined)
    assert.equal(interpolate('$A '.repeat(100), long).flaw?.code, 'composeTooLarge')
    assert.ok(said(`\${`.repeat(100_000)).flaw)
    assert.equal(said('$ '.repeat(100_000)).text.length, 200_000)
  })

  it('gives any text back whose dollar signs are doubled', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', ':', '-', ' ') }), (text) => {
        assert.deepEqual(said(text.replaceAll('$', '$$$$')), { text, unset: [], flaw: null })
      }),
    )
  })

  it('puts the text of a variable in as it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, value, after) => {
        const plain = (text: string) => text.replaceAll('$', '')
        const text = `${plain(before)}\${X}${plain(after)}`
        assert.equal(interpolate(text, () => value).text, `${plain(before)}${value}${plain(after)}`)
      }),
    )
  })
})

describe('compose: variables in a file', () => {
  it('stand in values, and not in keys', () => {
    const { services } = loaded(
      { 'compose.yaml': web(`image: "web:\${TAG:-1}"`, 'labels:', '  "$KEY": "$KEY"', '  other: x') },
      { environment: { TAG: '2', KEY: 'k' } },
    )
    assert.deepEqual(services?.web, { image: 'web:2', labels: { $KEY: 'k', other: 'x' } })
  })

  it('may stand in keys that are written as NAME=value', () => {
    const { services } = loaded({ 'compose.yaml': web('labels: ["$KEY=x"]') }, { environment: { KEY: 'k' } })
    assert.deepEqual(services?.web?.labels, { k: 'x' })
  })

  it('are not looked for in what another variable says', () => {
    const { services } = loaded({ 'compose.yaml': web('image: $A') }, { environment: { A: '$B', B: 'b' } })
    // A document that is shown has its dollar signs doubled.
    assert.equal(services?.web?.image, '$$B')
  })

  it('are warned of once where nothing is known of them, with line and column', () => {
    const text = web('image: "web:$TAG"', 'hostname: $TAG')
    assert.deepEqual(warningsOf({ 'compose.yaml': text }), [
      'compose.yaml:3:12: services.web.image the variable TAG is not set, and an empty text stands for it',
    ])
  })

  it('refuse the file where they must be set, with line and column', () => {
    assert.deepEqual(refusal({ 'compose.yaml': web(`image: "web:\${TAG:?name a version}"`) }), {
      code: 'composeVariableMissing',
      message: 'compose.yaml:3:12: services.web.image: TAG is not set: name a version',
    })
  })

  it('know the name of the project', () => {
    const { services } = loaded({
      'compose.yaml': `name: till\n${web(`hostname: \${COMPOSE_PROJECT_NAME}-1`)}`,
    })
    assert.equal(services?.web?.hostname, 'till-1')
  })

  it('never come from what every object has', () => {
    assert.match(
      warningsOf({ 'compose.yaml': web('image: $constructor') })[0] ?? '',
      /constructor is not set/,
    )
  })

  it('are bounded together', () => {
    const text = web('environment:', ...Array.from({ length: 200 }, (_, at) => `  A${at}: "$B"`))
    const found = refusal({ 'compose.yaml': text }, { environment: { B: 'x'.repeat(100_000) } })
    assert.equal(found.code, 'composeTooLarge')
  })
})
