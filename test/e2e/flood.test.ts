/** A stranger who opens connections to every door of a member; 10,000 to each: `npm run bench -- flood`. */
import assert from 'node:assert/strict'
import { createDaemons, type Daemons } from '../support/daemons.ts'
import { floodMember, OPEN_DOORS } from '../support/flood.ts'
import { allAlive } from '../support/mesh-views.ts'

const PER_PORT = 600
const GROWN_BYTES_MAX = 200 * 1024 * 1024

describe('a mesh that a stranger floods', function () {
  this.timeout(120_000)
  let daemons: Daemons
  before(async () => {
    daemons = await createDaemons()
  })
  after(() => daemons.close())

  it('stays together, and its memory stays bounded', async () => {
    const attic = await daemons.start({ name: 'attic', found: true, flags: OPEN_DOORS })
    const flags = ['--at', attic.ready.addresses[0] as string]
    const cellar = await daemons.start({ name: 'cellar', token: await attic.invite(), flags })
    await allAlive([attic, cellar], 2)
    const { begun, grownBytes, lost } = await floodMember([attic, cellar], PER_PORT)
    assert.equal(begun, 4 * PER_PORT)
    assert.deepEqual(lost, [])
    assert.ok(grownBytes < GROWN_BYTES_MAX, `it grew by ${grownBytes} bytes`)
  })
})
