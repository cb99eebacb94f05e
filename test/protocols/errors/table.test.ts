import assert from 'node:assert/strict'
import { ERRORS } from '../../../protocols/errors/index.ts'

describe('error table', () => {
  it('gives each code a wire number of its own', () => {
    const numbers = Object.values(ERRORS).map((rule) => rule.wire)
    assert.equal(new Set(numbers).size, numbers.length)
  })

  it('knows only documented exit codes and real HTTP statuses', () => {
    for (const [code, rule] of Object.entries(ERRORS)) {
      assert.ok([1, 2, 3].includes(rule.exit), code)
      assert.ok(rule.http >= 400 && rule.http < 600, code)
    }
  })
})
