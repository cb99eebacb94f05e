/** A member whose disk is full ends, and catches up when it is started again with room. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { agreedLeader, settledVoters, statusOf } from '../support/mesh-views.ts'
import { requires } from '../support/requirements.ts'
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts'

/** Ample for what a daemon stores here, and quickly filled. */
const DISK_MIB = 16

describe('a member whose disk is full', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let disk: SmallDisk | undefined
  let founder: RunningDaemon
  let other: RunningDaemon

  before(async function () {
    requires(this, 'root')
    daemons = await createDaemons()
    founder = await daemons.start({ name: 'attic', found: true })
    const [token, at] = [await founder.invite(), founder.ready.addresses[0] as string]
    other = await daemons.start({ name: 'barn', token, flags: ['--at', at] })
  })
  after(async () => {
    await daemons?.close()
    await disk?.close()
  })

  const start = (small: SmallDisk, words: { token?: string; flags?: string[] } = {}) =>
    daemons.start({
      name: 'cellar',
      within: small.within,
      ...words,
      // The disk is seen by the daemon alone, and its socket shall be seen here.
      flags: ['--socket', `${daemons.path}/cellar.sock`, ...(words.flags ?? [])],
    })
  const apply = (name: string) =>
    founder.post('/v1/apply', {
      project: 'shop',
      via: 'api',
      changes: [
        {
          spec: {
            ...{ kind: 'service', project: 'shop', name, image: null, command: null, ports: [], replicas: 0 },
            ...{
              environment: { LARGE: 'x'.repeat(20_000) },
              restart: 'always',
              process: { command: ['true'] },
            },
          },
        },
      ],
      remove: [],
    })

  it('ends with the reason, is refused while nothing is free, and catches up once there is room', async () => {
    const directory = join(daemons.path, 'cellar')
    await mkdir(directory, { mode: 0o700 })
    const small = await mountSmallDisk(directory, DISK_MIB)
    disk = small
    const [token, at] = [await founder.invite(), founder.ready.addresses[0] as string]
    const member = await start(small, { token, flags: ['--at', at] })
    await settledVoters([founder, other, member], 3)
    const exited = once(member.process, 'exit')
    await small.fill()
    await apply('web')
    assert.deepEqual(await exited, [1, null])
    assert.ok(
      member.log.some((line) =>
        /^coterie: the store in .* refused a write: .*Check the free space/.test(line),
      ),
    )
    await agreedLeader([founder, other])
    await apply('db')
    await assert.rejects(
      start(small),
      /the daemon ended \(1\) before it was ready\n(?:\{.*\n)*coterie: the data directory .* No space left on device\. Make room on that disk/,
    )
    await small.drain()
    const back = await start(small)
    const [{ commitIndex }] = [await statusOf(founder)]
    await eventually('it caught up and votes', async () => {
      const { role, appliedIndex } = await statusOf(back)
      return (role === 'voter' || role === 'leader') && appliedIndex >= commitIndex
    })
    const damaged = (await readdir(small.seen(''))).filter((name) => name.startsWith('store.'))
    assert.deepEqual(damaged, [], 'a full disk is no damaged store')
  })
})
