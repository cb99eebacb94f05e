/** The certificates of real daemons: where they are reached, and where their file is lost. */
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Issuers, Root } from '../../protocols/control/index.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { allAlive } from '../support/mesh-views.ts'

describe('the certificates of daemons', function () {
  this.timeout(120_000)
  let daemons: Daemons
  before(async () => {
    daemons = await createDaemons()
  })
  after(() => daemons?.close())

  /** As a client that trusts the root of the mesh and nothing else. */
  const health = (daemon: RunningDaemon, host: string, ca: string): Promise<string> =>
    new Promise((resolve, reject) => {
      request({ host, port: daemon.ready.apiPort, path: '/health', ca, agent: false }, (response) =>
        text(response).then(resolve, reject),
      )
        .on('error', reject)
        .end()
    })

  it('hold the address at which the API answers, also another one in the next life', async () => {
    const attic = await daemons.start({ name: 'attic', found: true, flags: ['--tls-enabled'] })
    const { certificate } = (await attic.get('/v1/root')) as Root
    assert.match(await health(attic, '127.0.0.1', certificate), /"status":"ok"/)
    await attic.end('SIGTERM')
    const flags = ['--tls-enabled', '--api-address', '127.0.0.3']
    const moved = await daemons.start({ name: 'attic', flags })
    await eventually('a certificate for that address', () => health(moved, '127.0.0.3', certificate))
    await moved.end('SIGTERM')
  })

  it('are made again where their file is lost: by the founder, who then issues as before, and for a member', async () => {
    await rm(join(daemons.path, 'attic', 'certificates.json'))
    const attic = await daemons.start({ name: 'attic' })
    const cellar = await daemons.start({ name: 'cellar', token: await attic.invite() })
    await allAlive([attic, cellar], 2)
    const { issuers } = (await cellar.get('/v1/issuers')) as Issuers
    assert.deepEqual(
      issuers.map(({ name }) => name),
      ['attic'],
    )
    await cellar.end('SIGTERM')
    await rm(join(cellar.dataDir, 'certificates.json'))
    const again = await daemons.start({ name: 'cellar' })
    assert.equal(again.ready.node.id, cellar.ready.node.id)
    await allAlive([attic, again], 2)
  })
})
