import assert from 'node:assert/strict'
import { createJournal, type Journal, type Selection } from '../../../node/journal/index.ts'
import { selectLines } from '../../../node/journal/select.ts'
import { eventually } from '../../support/eventually.ts'
import { scratchDir } from '../../support/scratch.ts'
import { realClock } from '../network/nodes.ts'
import { collect, messageOf, said } from './lines.ts'

const ALL: Selection = {
  after: null,
  tail: null,
  follow: false,
  sinceMs: null,
  untilMs: null,
  level: 0,
  grep: null,
}

describe('journal: what a reader wants', () => {
  let journal: Journal
  let close: () => Promise<void>
  before(async () => {
    const scratch = await scratchDir()
    journal = createJournal({ clock: realClock })
    await journal.open(scratch.path)
    close = async () => {
      await journal.close()
      await scratch.remove()
    }
    const words = ['zero', 'One', 'two', 'three (a+)+$', 'four']
    for (const [at, word] of words.entries())
      journal.write(said(word, { level: 20 + 10 * (at % 3), atMs: 1_000 * at }))
  })
  after(() => close())

  const select = async (more: Partial<Selection>) => {
    const { signal } = new AbortController()
    const lines = await collect(selectLines(journal.read, { ...ALL, ...more }, signal))
    return lines.map((line) => messageOf(line).split(' ')[0]).join(' ')
  }

  const cases: readonly (readonly [string, Partial<Selection>, string])[] = [
    ['everything', {}, 'zero One two three four'],
    ['a level and graver ones', { level: 30 }, 'One two four'],
    ['lines since then', { sinceMs: 3_000 }, 'three four'],
    ['lines until then', { untilMs: 1_000 }, 'zero One'],
    ['lines between', { sinceMs: 1_000, untilMs: 2_000 }, 'One two'],
    ['text, in capitals or not', { grep: 'ONE' }, 'One'],
    ['text that would be a hostile expression', { grep: '(a+)+$' }, 'three'],
    ['text that is nowhere', { grep: 'x' }, ''],
    ['the last two', { tail: 2 }, 'three four'],
    ['the last two of a level', { tail: 2, level: 30 }, 'two four'],
    ['more of the last than there are', { tail: 100 }, 'zero One two three four'],
    ['none of the last', { tail: 0 }, ''],
    ['the last of what does not fit', { tail: 3, grep: 'x' }, ''],
  ]
  for (const [what, wanted, words] of cases)
    it(`is ${what}`, async () => assert.equal(await select(wanted), words))

  it('is what comes after a number', async () => {
    assert.equal(await select({ after: journal.began + 2 }), 'three four')
    assert.equal(await select({ after: journal.began + 1, tail: 1 }), 'four')
    assert.equal(await select({ after: journal.next + 100 }), '')
  })

  it('is new lines alone, with none of the last and to follow', async () => {
    const ended = new AbortController()
    const wanted = { ...ALL, tail: 0, follow: true, grep: 'new' }
    const lines = selectLines(journal.read, wanted, ended.signal)
    let seen: string | null = null
    void lines.next().then(({ value }) => {
      seen = value === undefined ? '' : messageOf(value)
    })
    await eventually('it is seen', () => {
      journal.write(said('old fashioned'))
      journal.write(said('new'))
      return seen !== null
    })
    assert.equal(seen, 'new')
    ended.abort()
    assert.equal((await lines.next()).done, true)
  })
})
