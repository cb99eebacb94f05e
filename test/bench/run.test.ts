import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const RUN = fileURLToPath(new URL('../../bench/run.ts', import.meta.url))

const run = (...args: readonly string[]) => spawnSync(process.execPath, [RUN, ...args], { encoding: 'utf8' })

describe('npm run bench', function () {
  this.timeout(10_000)
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['no name', [], /^usage: .*join\|.*election/],
    ['an unknown name', ['nonsense'], /^usage: /],
    ['a file that is no benchmark', ['report'], /^usage: /],
    ['a path', ['../bench/join'], /^usage: /],
    ['two names', ['join', 'idle'], /^usage: /],
    ['no runs', ['join', '--runs', '0'], /^--runs takes a whole number from 1 on/],
    ['half a run', ['join', '--runs', '1.5'], /^--runs takes a whole number from 1 on/],
    ['runs spelled out', ['join', '--runs', 'many'], /^--runs takes a whole number from 1 on/],
    ['an unknown option', ['join', '--fast'], /^Unknown option '--fast'.*\nusage: /],
  ]
  for (const [what, args, message] of refused) {
    it(`refuses ${what} with a line of text, and says nothing on standard output`, () => {
      const { status, stdout, stderr } = run(...args)
      assert.equal(status, 1)
      assert.equal(stdout, '')
      assert.match(stderr, message)
    })
  }
})
