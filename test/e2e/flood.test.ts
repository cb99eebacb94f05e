/** A stranger who opens connections to every door of a member, and a certificate that changes; 10,000 of each: `npm run bench -- flood`. */
import assert from 'node:assert/strict'
import { copyFile } from 'node:fs/promises'
import { request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { makeCertificate } from '../support/certificates.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { floodMember, openDoors } from '../support/flood.ts'
import { allAlive } from '../support/mesh-views.ts'
import { requires } from '../support/requirements.ts'

const PER_PORT = 1_000
const GROWN_BYTES_MAX = 200 * 1024 * 1024

describe('a mesh whose doors are open to a network', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let attic: RunningDaemon
  let cellar: RunningDaemon
  let files: { certificate: string; key: string }

  before(async function () {
    requires(this, 'openssl')
    daemons = await createDaemons()
    const doors = await openDoors(daemons.path)
    files = doors.files
    attic = await daemons.start({ name: 'attic', found: true, flags: doors.flags })
    const { secret, addresses } = attic.ready
    cellar = await daemons.start({
      name: 'cellar',
      secret: secret as string,
      flags: ['--at', addresses[0] as string],
    })
    await allAlive([attic, cellar], 2)
  })
  after(() => daemons?.close())

  /** The status of an answer at the API, and the name in the certificate that was shown. */
  const ask = (path: string): Promise<readonly [number | undefined, string]> =>
    new Promise((resolve, reject) => {
      const { apiPort: port } = attic.ready
      const sent = request(
        { host: '127.0.0.1', port, path, agent: false, rejectUnauthorized: false },
        (response) => {
          const { subject } = (response.socket as TLSSocket).getPeerCertificate()
          response.resume().once('end', () => resolve([response.statusCode, String(subject.CN)]))
        },
      )
      sent.once('error', reject).end()
    })

  it('holds its own against a stranger, and answers who else asks', async () => {
    const { begun, grownBytes, seen } = await floodMember([attic, cellar], PER_PORT)
    assert.equal(begun, 4 * PER_PORT)
    assert.deepEqual(seen, [])
    assert.ok(grownBytes < GROWN_BYTES_MAX, `it grew by ${grownBytes} bytes`)
    await eventually('the API answers', async () => (await ask('/health').catch(() => []))[0] === 200)
  })

  it('shows another certificate after SIGHUP, and goes on', async () => {
    assert.deepEqual(await ask('/health'), [200, 'attic'])
    const renewed = await makeCertificate(daemons.path, 'renewed')
    await copyFile(renewed.files.key, files.key)
    await copyFile(renewed.files.certificate, files.certificate)
    attic.process.kill('SIGHUP')
    await eventually('it is shown', async () => (await ask('/health'))[1] === 'renewed')
    assert.deepEqual((await ask('/v1/status'))[0], 401)
  })
})
