import assert from 'node:assert/strict'
import { createMerge } from '../../../cli/logs/merge.ts'

interface Line {
  readonly atMs: number
  readonly text: string
}

describe('logs: lines of several sources', () => {
  const errors: string[] = []
  const create = (patienceMs: number) =>
    createMerge<Line>({ patienceMs, onError: (name, error) => errors.push(`${name} ${error}`) })
  async function* told(name: string, ...times: number[]) {
    for (const atMs of times) yield { atMs, text: `${name}${atMs}` }
  }
  const textsOf = async (lines: AsyncIterable<Line>) => {
    const texts: string[] = []
    for await (const { text } of lines) texts.push(text)
    return texts.join(' ')
  }
  const { signal } = new AbortController()

  it('come in the order of their times, each source in its own order', async () => {
    const merge = create(Number.POSITIVE_INFINITY)
    merge.add('a', told('a', 1, 4, 5))
    merge.add('b', told('b', 2, 3, 9))
    merge.close()
    assert.equal(await textsOf(merge.lines(signal)), 'a1 b2 b3 a4 a5 b9')
  })

  it('wait a while for one that is silent, and go on without it', async () => {
    const merge = create(20)
    const ended = new AbortController()
    merge.add('a', told('a', 1, 2, 3))
    merge.add(
      'silent',
      (async function* () {
        await new Promise((resolve) => ended.signal.addEventListener('abort', resolve))
        yield* told('late', 0)
      })(),
    )
    merge.close()
    const texts: string[] = []
    for await (const { text } of merge.lines(signal)) {
      texts.push(text)
      if (texts.length === 3) ended.abort()
    }
    assert.equal(texts.join(' '), 'a1 a2 a3 late0')
  })

  it('go on where one fails, and are read no further than they are taken', async () => {
    const merge = create(Number.POSITIVE_INFINITY)
    let read = 0
    merge.add(
      'bad',
      (async function* () {
        yield* told('bad', 1)
        throw new Error('broken')
      })(),
    )
    merge.add(
      'long',
      (async function* () {
        for (;;) yield { atMs: ++read, text: `${read}` }
      })(),
    )
    const lines = merge.lines(signal)
    for (let taken = 0; taken < 5; taken++) await lines.next()
    await lines.return(undefined)
    assert.ok(read <= 6, `${read} were read`)
    assert.deepEqual(errors, ['bad Error: broken'])
  })
})
