/** A member whose store is damaged begins anew, and the mesh goes on. */
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { coterie } from '../cli/coterie.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { agreedLeader, settledVoters, statusOf, votersOf } from '../support/mesh-views.ts'

describe('a mesh of three, one of whose stores is damaged', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let mesh: RunningDaemon[]

  before(async () => {
    daemons = await createDaemons()
    mesh = await daemons.mesh('attic', 'barn', 'cellar')
    await settledVoters(mesh, 3)
    await agreedLeader(mesh)
  })
  after(() => daemons.close())

  const flipInLog = async ({ dataDir }: RunningDaemon) => {
    const store = join(dataDir, 'store')
    const name = (await readdir(store)).find((candidate) => candidate.endsWith('.log'))
    const path = join(store, name ?? assert.fail('no log'))
    const bytes = await readFile(path)
    bytes[60] = (bytes[60] as number) ^ 0xff
    await writeFile(path, bytes)
  }
  /** The first key of each table reads as shorter than any that LevelDB writes: whoever compares it, dies. */
  const shortenKey = async ({ dataDir }: RunningDaemon) => {
    const store = join(dataDir, 'store')
    const tables = (await readdir(store)).filter((name) => name.endsWith('.ldb'))
    assert.ok(tables.length > 0)
    for (const name of tables) {
      const path = join(store, name)
      const bytes = await readFile(path)
      // Before it stand a zero, for it shares nothing with the key before, its length, and that of the value.
      bytes[bytes.lastIndexOf(0, bytes.indexOf('consensus/')) + 1] = 4
      await writeFile(path, bytes)
    }
  }
  const apply = (daemon: RunningDaemon, name: string) =>
    daemon.post('/v1/apply', {
      project: 'shop',
      via: 'api',
      changes: [
        {
          spec: {
            ...{ kind: 'service', project: 'shop', name, image: null, command: null, environment: {} },
            ...{ ports: [], replicas: 0, restart: 'always', process: { command: ['true'] } },
          },
        },
      ],
      remove: [],
    })

  it('takes back the founder, as an observer until its new store is named', async () => {
    const [founder, ...others] = mesh as [RunningDaemon, RunningDaemon, RunningDaemon]
    await founder.end('SIGKILL')
    await flipInLog(founder)
    await agreedLeader(others, founder.ready.node.id)
    await apply(others[0], 'web')
    const back = await daemons.start({ name: founder.name })
    assert.deepEqual(back.ready.node.id, founder.ready.node.id)
    assert.ok(back.log.some((line) => /the store was damaged; it is set aside/.test(line)))
    const { damagedStores } = await statusOf(back)
    assert.deepEqual(
      damagedStores,
      (await readdir(back.dataDir))
        .filter((name) => name.startsWith('store.damaged-'))
        .map((name) => join(back.dataDir, name)),
    )
    assert.equal(damagedStores.length, 1)
    await eventually('it votes again, with all that was decided', async () => {
      const [own, { leader, commitIndex }] = [await statusOf(back), await statusOf(others[0])]
      const isVoter = own.role === 'voter' || own.role === 'leader'
      return isVoter && leader !== null && own.appliedIndex >= commitIndex
    })
    assert.equal((await votersOf(back)).voters.length, 3)
    await others[1].end('SIGKILL')
    await agreedLeader([back, others[0]], others[1].ready.node.id)
    await apply(back, 'db')
    const { stdout } = await coterie(['status', '--socket', back.ready.socket])
    assert.match(stdout, /damaged store +.*store\.damaged-/)
  })

  it('takes back one whose store ends each process that reads it, with the second start after', async () => {
    const last = mesh[2] as RunningDaemon
    const again = await daemons.start({ name: last.name })
    await agreedLeader([again])
    // The start has LevelDB write the log of the life before as a table.
    await again.end('SIGKILL')
    await shortenKey(again)
    await assert.rejects(daemons.start({ name: last.name }), /Assertion/)
    const back = await daemons.start({ name: last.name })
    assert.ok(back.log.some((line) => /the store was damaged; it is set aside/.test(line)))
    assert.equal((await statusOf(back)).damagedStores.length, 1)
    await agreedLeader([back])
  })
})
