import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { table } from '../../cli/output.ts'

describe('cli: tables', () => {
  const HEAD = ['NAME', 'WHY']
  const ROWS = [['web', 'no replica there yet, best fit with 900 MB free']]
  const terminal = (columns: number) => Object.assign(new PassThrough(), { isTTY: true, columns })

  it('fit the terminal, the widest column cut', () => {
    assert.equal(table(HEAD, ROWS, terminal(25)), 'NAME  WHY\nweb   no replica there y…\n')
    assert.equal(table(HEAD, ROWS, terminal(80)), table(HEAD, ROWS))
  })

  it('are whole where they are no terminal’s, and no narrower than can be read', () => {
    assert.equal(table(HEAD, ROWS, new PassThrough()), table(HEAD, ROWS))
    assert.match(table(HEAD, ROWS, terminal(3)), /^NAME {2}WHY\nweb {3}no repl…$/m)
  })
})
