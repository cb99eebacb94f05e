/** A crowd that joins at once by one token, each of which could find all the others. */
import assert from 'node:assert/strict'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { nodesOf } from '../support/mesh-views.ts'

const CROWD = 7

describe('machines that join at once', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let founder: RunningDaemon
  let token: string

  before(async () => {
    daemons = await createDaemons()
    founder = await daemons.start({ name: 'host', found: true })
    token = await founder.invite({ uses: CROWD })
  })
  after(() => daemons.close())

  it('are all let in by one token, and none of them asks another that waits as well', async () => {
    const names = Array.from({ length: CROWD }, (_, at) => `guest-${at}`)
    const flags = ['--log-level', 'debug']
    const crowd = await Promise.all(names.map((name) => daemons.start({ name, token, flags })))
    assert.equal((await nodesOf(founder)).length, CROWD + 1)
    const inVain = crowd.flatMap(({ log }) =>
      log.filter((line) => line.includes('could not join') && line.includes('is not a member of this mesh')),
    )
    assert.deepEqual(inVain, [])
  })

  it('are one too many: the last one ends with the reason, though it still looks for others', async () => {
    const late = daemons.start({ name: 'late', token })
    await assert.rejects(late, /the daemon ended \(1\)[\s\S]*the join token has admitted 7 machines/)
  })
})
