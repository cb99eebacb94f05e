import assert from 'node:assert/strict'
import { numberLine, parseLine, tidyLine } from '../../../node/journal/line.ts'
import { JOURNAL_LINE_LENGTH_MAX } from '../../../protocols/journal/index.ts'
import { said } from './lines.ts'

const NUMBER_MAX = Number.MAX_SAFE_INTEGER

describe('journal: a line', () => {
  it('is read back with its number, level and time', () => {
    const text = numberLine(said('hello', { level: 40, atMs: 1_700_000_000_123 }), 17)
    assert.deepEqual(parseLine(text), { sequence: 17, level: 40, atMs: 1_700_000_000_123, text })
  })

  it('of 10 MB is cut, says so, and keeps level, time and begin', () => {
    for (const letter of ['x', '"', '\u0001', '\u20ac', '\ud83d']) {
      const text = numberLine(said(letter.repeat(10_000_000), { level: 50 }), NUMBER_MAX)
      assert.ok(text.length <= JOURNAL_LINE_LENGTH_MAX, letter)
      const line = parseLine(text)
      assert.equal(line?.level, 50)
      const { characters, begins, msg } = JSON.parse(text)
      assert.equal(msg, 'a line that is too long is cut')
      assert.ok(characters >= 10_000_000 && begins.length > 3_000, letter)
    }
  })

  it('that is nearly too long is kept whole', () => {
    for (let length = JOURNAL_LINE_LENGTH_MAX - 200; length < JOURNAL_LINE_LENGTH_MAX; length++)
      assert.ok(parseLine(numberLine(said('x'.repeat(length)), NUMBER_MAX)) !== null)
  })

  it('that is half of one, or something else, is none', () => {
    const text = numberLine(said('hello'), 17)
    for (const odd of [
      '',
      '{}',
      'hello',
      text.slice(0, -1),
      text.slice(1),
      `${text} `,
      'null',
      '\0'.repeat(99),
    ])
      assert.equal(parseLine(odd), null)
  })

  it('holds no secret, wherever it stood', () => {
    const secrets = {
      token: `coterie_${'Ab3-_'.repeat(40)}`,
      jwt: `eyJhbGciOiJFZERTQSJ9.${'eyJzdWIiOiJhZGEifQ'.repeat(3)}.${'s1g-_'.repeat(12)}`,
      bearer: 'Bearer abcdefgh.ijkl-mnop',
      basic: 'basic YWRhOnNlY3JldA==',
      url: 'https://ada:hunter2@logs.example.org/x',
      key: `-----BEGIN EC PRIVATE KEY-----\n${'MHcCAQEE'.repeat(9)}\n-----END EC PRIVATE KEY-----\n`,
    }
    for (const [name, secret] of Object.entries(secrets))
      for (const text of [said(`before ${secret} after`), said('x', { fields: { detail: `(${secret})` } })]) {
        assert.match(text, /Redacted/, name)
        for (const part of ['Ab3', 'eyJ', 's1g', 'abcdefgh', 'YWRh', 'hunter2', 'MHcC'])
          assert.ok(!text.includes(part), `${name}: ${text}`)
        assert.doesNotThrow(() => JSON.parse(text), name)
      }
  })

  it('without a secret stays as it is', () => {
    const text = said('coterie_ready of https://logs.example.org/x@y is a bearer of news')
    assert.equal(tidyLine(text), text)
    assert.ok(!text.includes('Redacted'))
  })

  it('made to keep the search for secrets busy does not', () => {
    const begin = process.cpuUsage().user
    for (const part of [
      '-eyJ',
      'a://',
      'Bearer ',
      '-----BEGIN PRIVATE KEY-----',
      'coterie_',
      '-eyJaaaaaaaa.',
    ])
      said(part.repeat(JOURNAL_LINE_LENGTH_MAX))
    assert.ok(process.cpuUsage().user - begin < 5_000_000)
  })
})
