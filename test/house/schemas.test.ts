import assert from 'node:assert/strict'
import { sourceFiles } from './source-files.ts'

describe('schemas of what others send', () => {
  it('do not use `uniqueItems`, whose search for errors takes the square of what a hostile list repeats', () => {
    const using = sourceFiles()
      .filter(({ path }) => /^(protocols|node|crdt|signaling)\//.test(path))
      .filter(({ text }) => /\buniqueItems\s*:/.test(text))
    assert.deepEqual(
      using.map(({ path }) => path),
      [],
    )
  })
})
