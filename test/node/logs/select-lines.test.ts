import assert from 'node:assert/strict'
import { type ReadLogsOptions, selectLines } from '../../../node/logs/index.ts'
import type { LogLine, LogsOptions } from '../../../node/ports/runtime.ts'

const LINES: readonly LogLine[] = ['one', 'two ONE', 'three', 'one more'].map((text, at) => ({
  atMs: (at + 1) * 10,
  stream: 'stdout',
  text,
}))

describe('logs: which lines are wanted', () => {
  const asked: Omit<LogsOptions, 'signal'>[] = []
  async function* read({ tail, follow }: LogsOptions) {
    asked.push({ tail, follow })
    yield* tail === null ? LINES : LINES.slice(LINES.length - tail)
    if (follow) yield { atMs: 50, stream: 'stdout' as const, text: 'one that came later' }
  }
  const chosen = async (options: Partial<ReadLogsOptions>) => {
    asked.length = 0
    const signal = new AbortController().signal
    const texts: string[] = []
    for await (const { text } of selectLines(read, { tail: null, follow: false, signal, ...options }))
      texts.push(text)
    return texts
  }

  it('all, or the last ones, are left to the runtime', async () => {
    assert.equal((await chosen({})).length, 4)
    assert.deepEqual(await chosen({ tail: 1 }), ['one more'])
    assert.deepEqual(asked, [{ tail: 1, follow: false }])
  })

  it('those of a time, those that hold a text in capitals or not, and so many of these from the end', async () => {
    assert.deepEqual(await chosen({ sinceMs: 20, untilMs: 30 }), ['two ONE', 'three'])
    assert.deepEqual(await chosen({ grep: 'oNe' }), ['one', 'two ONE', 'one more'])
    assert.deepEqual(await chosen({ grep: 'one', tail: 2 }), ['two ONE', 'one more'])
    assert.deepEqual(await chosen({ grep: 'one', tail: 1, follow: true }), [
      'one more',
      'one that came later',
    ])
    assert.deepEqual(await chosen({ grep: 'nobody says so', tail: 2 }), [])
  })
})
