import assert from 'node:assert/strict'
import { createTurns } from '../../../node/join/in-turn.ts'
import { createHandClock } from '../../support/hand-clock.ts'

const PATIENCE_MS = 3_000

describe('asking in turn', () => {
  const { signal } = new AbortController()
  const create = () => {
    const clock = createHandClock()
    const inTurn = createTurns(clock, PATIENCE_MS)
    const begun: string[] = []
    const ask = (name: string, abort = signal) => {
      const answer = Promise.withResolvers<string>()
      const asked = inTurn(() => {
        begun.push(name)
        return answer.promise
      }, abort)
      asked.catch(() => undefined)
      return { ...answer, asked }
    }
    return { clock, begun, ask }
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))

  it('asks the next one when the one before has refused', async () => {
    const { begun, ask } = create()
    const [attic, cellar] = [ask('attic'), ask('cellar')]
    await settle()
    assert.deepEqual(begun, ['attic'])
    attic.reject(new Error('no'))
    await assert.rejects(attic.asked, /no/)
    await settle()
    assert.deepEqual(begun, ['attic', 'cellar'])
    cellar.resolve('welcome')
    assert.equal(await cellar.asked, 'welcome')
  })

  it('asks the next one beside one that takes long, whose answer still counts', async () => {
    const { clock, begun, ask } = create()
    const attic = ask('attic')
    for (const name of ['cellar', 'shed']) ask(name)
    await settle()
    clock.pass(PATIENCE_MS)
    await settle()
    assert.deepEqual(begun, ['attic', 'cellar'])
    attic.resolve('welcome')
    assert.equal(await attic.asked, 'welcome')
    await settle()
    assert.deepEqual(begun, ['attic', 'cellar'])
  })

  it('does not ask any more once somebody has answered', async () => {
    const { begun, ask } = create()
    const search = new AbortController()
    const [attic, cellar] = [ask('attic', search.signal), ask('cellar', search.signal)]
    await settle()
    search.abort(new Error('found'))
    attic.resolve('welcome')
    await assert.rejects(cellar.asked, /found/)
    assert.deepEqual(begun, ['attic'])
  })
})
