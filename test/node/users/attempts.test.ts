import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createAttempts } from '../../../node/users/attempts.ts'

const INIT = { burst: 3, everyMs: 100 }

describe('users: attempts', () => {
  it('are a burst at once, then one each time', () => {
    const { waitMs, count } = createAttempts(INIT)
    for (let attempt = 0; attempt < 3; attempt++) {
      assert.equal(waitMs('ada', 1_000), 0)
      count('ada', 1_000)
    }
    assert.equal(waitMs('ada', 1_000), 100)
    assert.equal(waitMs('ada', 1_099), 1)
    assert.equal(waitMs('ada', 1_100), 0)
    assert.equal(waitMs('bob', 1_000), 0)
  })

  it('never are more in any time than that allows', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 200 }), (pauses) => {
        const { waitMs, count } = createAttempts(INIT)
        const allowed: number[] = []
        let nowMs = 0
        for (const pause of pauses) {
          nowMs += pause
          if (waitMs('ada', nowMs) > 0) continue
          count('ada', nowMs)
          allowed.push(nowMs)
        }
        for (const [at, fromMs] of allowed.entries()) {
          const within = allowed.slice(at).filter((ms) => ms < fromMs + 1_000).length
          assert.ok(within <= INIT.burst + 1_000 / INIT.everyMs, `${within} in a second`)
        }
      }),
    )
  })

  it('that are given back count nothing', () => {
    const { waitMs, count, giveBack } = createAttempts(INIT)
    for (let attempt = 0; attempt < 20; attempt++) {
      count('ada', 1_000)
      giveBack('ada')
    }
    assert.equal(waitMs('ada', 1_000), 0)
  })

  it('are kept of so many, the latest: what is paid for goes first', () => {
    const { waitMs, count } = createAttempts(INIT, 10)
    for (let attempt = 0; attempt < 5; attempt++) count('ada', 1_000)
    for (let name = 0; name < 9; name++) count(`early-${name}`, 1_000)
    for (let name = 0; name < 9; name++) count(`late-${name}`, 1_200)
    assert.ok(waitMs('ada', 1_200) > 0)
    for (let name = 0; name < 10; name++) count(`more-${name}`, 1_201)
    assert.equal(waitMs('ada', 1_201), 0)
  })
})
