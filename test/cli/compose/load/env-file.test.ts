import assert from 'node:assert/strict'
import { loaded, refusal, warningsOf, web } from './on-paper.ts'

/** The environment of a service that reads this file. */
const read = (text: string, environment: Record<string, string> = {}, more: readonly string[] = []) =>
  loaded({ 'compose.yaml': web('env_file: a.env', ...more), 'a.env': text }, { environment }).services?.web
    ?.environment

describe('compose: a file of variables', () => {
  // The examples of the specification, chapter 5, "Env_file format".
  for (const [line, expected] of [
    ['VAR=VAL', 'VAL'],
    ['VAR="VAL"', 'VAL'],
    ["VAR='VAL'", 'VAL'],
    ['VAR=VAL # comment', 'VAL'],
    ['VAR=VAL# not a comment', 'VAL# not a comment'],
    ['VAR="VAL # not a comment"', 'VAL # not a comment'],
    ['VAR="VAL" # comment', 'VAL'],
    ["VAR='$OTHER'", '$$OTHER'],
    [`VAR='\${OTHER}'`, `$$\{OTHER}`],
    ["VAR='Let\\'s go!'", "Let's go!"],
    ['VAR="{\\"hello\\": \\"json\\"}"', '{"hello": "json"}'],
    ['VAR="some\\tvalue"', 'some\tvalue'],
    ["VAR='some\\tvalue'", 'some\\tvalue'],
    ['VAR=some\\tvalue', 'some\\tvalue'],
    ['VAR=', ''],
    ['VAR= # only a comment', ''],
    ['VAR=#no-comment', '#no-comment'],
    ['  export VAR = spaced  ', 'spaced'],
    ['VAR: yaml', 'yaml'],
    ['VAR=a=b', 'a=b'],
    [`VAR=$OTHER-\${GONE:-x}`, 'o-x'],
    ['VAR="\\$OTHER"', '$$OTHER'],
    ['VAR="two\nlines"', 'two\nlines'],
    ['VAR=VAL\r', 'VAL'],
  ] as const)
    it(`${JSON.stringify(line)} sets ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(read(`# a comment\n\n${line}\n`, { OTHER: 'o' }), { VAR: expected })
    })

  it('may use what stands before, and what is set outside counts more', () => {
    assert.deepEqual(read('A=1\nB=$A$A\nC=$D\nD=2', { D: 'set' }), { A: '1', B: '11', C: 'set', D: '2' })
  })

  it('passes a bare name on from outside, where it is set there', () => {
    assert.deepEqual(read('A\nB\n', { A: 'set' }), { A: 'set' })
  })

  it('is taken as it is where its format is raw', () => {
    const files = {
      'compose.yaml': web('env_file: [{path: a.env, format: raw}]'),
      'a.env': "A='$B' # c\nC\n",
    }
    assert.deepEqual(loaded(files).services?.web?.environment, { A: "'$$B' # c" })
  })

  for (const [text, message] of [
    ['A=1\n  1B=2\n', 'a.env:2:3: NAME=value is expected, or a comment that begins with #'],
    ['A="1\nB=2\n', 'a.env:1:1: the quote of A is not closed'],
    ['\nA="1" 2\n', 'a.env:2:1: something follows the closing quote of A'],
    ['A="1\n2"\n=3', 'a.env:3:1: NAME=value is expected, or a comment that begins with #'],
  ] as const)
    it(`${JSON.stringify(text)} is refused with its place`, () => {
      const found = refusal({ 'compose.yaml': web('env_file: a.env'), 'a.env': text })
      assert.deepEqual(found, { code: 'composeVariablesInvalid', message })
    })

  it('refuses a variable that must be set, with the place in that file', () => {
    const found = refusal({ 'compose.yaml': web('env_file: a.env'), 'a.env': `A=1\nB=\${C:?tell it}\n` })
    assert.deepEqual(found, {
      code: 'composeVariableMissing',
      message: 'a.env:2:1: B: C is not set: tell it',
    })
  })
})

describe('compose: the environment of a service', () => {
  it('counts more than files, and later files more than earlier ones', () => {
    const environment = loaded({
      'compose.yaml': web('env_file: [a.env, b.env]', 'environment: {C: own}'),
      'a.env': 'A=a\nB=a\nC=a',
      'b.env': `B=b\nC=b\nD=\${A}!`,
    }).services?.web?.environment
    assert.deepEqual(environment, { A: 'a', B: 'b', C: 'own', D: 'a!' })
  })

  it('takes variables without a value from whoever deploys, or goes without them', () => {
    const files = { 'compose.yaml': web('environment: [HERE, GONE]'), '.env': 'HERE=yes\n' }
    assert.deepEqual(loaded(files).services?.web?.environment, { HERE: 'yes' })
    assert.deepEqual(warningsOf(files), [
      'compose.yaml:3:25: services.web.environment.GONE it has no value and is not set here, so the service does not get it',
    ])
  })

  it('goes without a file that need not be there', () => {
    const optional = web('env_file: [{path: gone.env, required: false}]', 'environment: {A: 1}')
    assert.deepEqual(loaded({ 'compose.yaml': optional }).services?.web, { environment: { A: 1 } })
    assert.deepEqual(refusal({ 'compose.yaml': web('env_file:', '  - gone.env') }), {
      code: 'composeFileMissing',
      message: 'compose.yaml:4:9: services.web.env_file[0]: gone.env cannot be read: there is none',
    })
  })

  it('does not read files of services that stay away', () => {
    assert.deepEqual(
      loaded({ 'compose.yaml': `${web('image: x')}  other: {env_file: gone.env, profiles: [debug]}\n` })
        .services,
      { web: { image: 'x' } },
    )
  })
})
