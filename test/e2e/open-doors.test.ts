/** Daemons whose API other machines reach: what they show, and which starts are refused. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import { type MadeCertificate, makeCertificate } from '../support/certificates.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { requires } from '../support/requirements.ts'
import { refuseUp } from './refused.ts'

const TOKEN = 'a token of thirty-two characters'.replaceAll(' ', '-')

describe('daemons with open doors', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let attic: RunningDaemon
  let made: MadeCertificate

  before(async function () {
    requires(this, 'openssl')
    daemons = await createDaemons()
    made = await makeCertificate(daemons.path, 'given')
    const tokenFile = join(daemons.path, 'token')
    await writeFile(tokenFile, TOKEN, { mode: 0o600 })
    attic = await daemons.start({
      name: 'attic',
      found: true,
      flags: ['--api-address', '0.0.0.0', '--api-token-file', tokenFile],
    })
  })
  after(() => daemons?.close())

  interface Asked {
    /** PEM of what has to prove who answers. */
    readonly ca: string
    readonly token?: string
  }

  /** The status of an answer, and the name in the certificate that was shown. */
  const ask = ({ ready }: RunningDaemon, path: string, { ca, token }: Asked) =>
    new Promise<{ status: number | undefined; name: string; body: string }>((resolve, reject) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const sent = request(ready.apiUrl + path, { ca, headers, agent: false }, (response) => {
        const name = String((response.socket as TLSSocket).getPeerCertificate().subject.CN)
        text(response).then((body) => resolve({ status: response.statusCode, name, body }), reject)
      })
      sent.once('error', reject).end()
    })

  const rootOf = ({ dataDir }: RunningDaemon): string => {
    const { root } = JSON.parse(readFileSync(join(dataDir, 'certificates.json'), 'utf8'))
    return `-----BEGIN CERTIFICATE-----\n${root}\n-----END CERTIFICATE-----\n`
  }

  it("show a certificate of the mesh, which the mesh's root proves, and take the given token", async () => {
    const ca = rootOf(attic)
    assert.equal((await ask(attic, '/health', { ca })).status, 200)
    assert.equal((await ask(attic, '/v1/status', { ca })).status, 401)
    assert.equal((await ask(attic, '/v1/status', { ca, token: TOKEN })).status, 200)
    const metricsToken = readFileSync(join(attic.dataDir, 'metrics-token'), 'utf8').trim()
    assert.match((await ask(attic, '/metrics', { ca, token: metricsToken })).body, /^coterie_ready /m)
    assert.equal((await ask(attic, '/v1/status', { ca, token: metricsToken })).status, 401)
    assert.ok(!existsSync(join(attic.dataDir, 'api-token')), 'no token that nothing takes')
  })

  it('show a given certificate, and another one after SIGHUP', async () => {
    const files = { certificate: join(daemons.path, 'shown.pem'), key: join(daemons.path, 'shown-key.pem') }
    const show = async (from: MadeCertificate) => {
      await copyFile(from.files.key, files.key)
      await copyFile(from.files.certificate, files.certificate)
    }
    await show(made)
    const flags = ['--tls-enabled', 'on', '--tls-certificate', files.certificate, '--tls-key', files.key]
    const shed = await daemons.start({ name: 'shed', found: true, flags })
    const renewed = await makeCertificate(daemons.path, 'renewed')
    const ca = made.certificate + renewed.certificate
    const token = readFileSync(shed.ready.apiTokenFile as string, 'utf8').trim()
    assert.equal((await ask(shed, '/v1/status', { ca, token })).name, 'given')
    await show(renewed)
    shed.process.kill('SIGHUP')
    await eventually('it is shown', async () => (await ask(shed, '/health', { ca })).name === 'renewed')
    assert.equal((await ask(shed, '/v1/status', { ca, token })).status, 200)
  })

  describe('are refused before anything is founded', () => {
    const refused = async (flags: readonly string[], line: RegExp) => {
      const dataDir = join(daemons.path, 'refused')
      await refuseUp(['--init', '--data-dir', dataDir, ...flags], line)
      assert.ok(!existsSync(join(dataDir, 'mesh.json')), 'nothing was founded')
    }

    it('where TLS was switched off', async () => {
      const off = ['--api-address', '0.0.0.0', '--tls-enabled', 'off']
      await refused(off, /tls-enabled .*other machines reach 0\.0\.0\.0, where TLS alone is spoken/)
    })

    it('where a certificate has no key, or another one', async () => {
      const { certificate, key } = made.files
      await refused(['--tls-certificate', certificate], /tls-key is not given beside it/)
      await refused(['--tls-key', key], /tls-certificate is not given beside it/)
      await refused(
        ['--tls-certificate', certificate, '--tls-key', certificate],
        /certificate in .* cannot be used/,
      )
    })

    it('where the address is not of this machine', async () => {
      // 192.0.2.0/24 is for documentation: nobody has it.
      await refused(['--api-address', '192.0.2.1'], /192\.0\.2\.1 cannot be listened on/)
    })
  })
})
