/** A person's browser and a person's commands at a daemon's HTTPS, before and after its mesh is trusted. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { coterie } from '../cli/coterie.ts'
import { CHROMIUM_FLAGS } from '../support/chromium.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { CHROMIUM_PATH, requires } from '../support/requirements.ts'
import { scratchDir } from '../support/scratch.ts'

const FLAGS = [
  ...CHROMIUM_FLAGS,
  // Two sites of the internet, for whoever holds the root's key here.
  '--host-resolver-rules=MAP *.example 127.0.0.1,MAP *.coterie.internal 127.0.0.1',
]

describe('trusting the root of a mesh', function () {
  this.timeout(120_000)
  let daemons: Daemons
  let attic: RunningDaemon
  let home: Awaited<ReturnType<typeof scratchDir>>
  let url: string

  before(async function () {
    requires(this, 'chromium', 'certutil', 'openssl')
    home = await scratchDir()
    daemons = await createDaemons()
    attic = await daemons.start({ name: 'attic', found: true, flags: ['--tls-enabled'] })
    url = attic.ready.apiUrl
    await writeFile(password(), 'correct horse battery\n')
  })
  after(async () => {
    await daemons?.close()
    await home?.remove()
  })

  /** As a user with a home of its own, whose machine runs no daemon. */
  const run = (...words: string[]) =>
    coterie(words, { HOME: home.path, COTERIE_CONFIG_DIR: join(home.path, 'config'), SUDO_USER: '' })
  const runThere = (...words: string[]) => run(...words, '--socket', attic.ready.socket)

  const password = () => join(home.path, 'password')
  const login = () => ['login', '--api', url, '--user', 'admin', '--password-file', password()]

  /** What that user's browser makes of a page: its status, or why there is none. */
  const browse = async (page: string): Promise<number | string> => {
    const env = { ...process.env, HOME: home.path, XDG_DATA_HOME: join(home.path, '.local/share') }
    const browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: FLAGS, env })
    try {
      const response = await (await browser.newPage()).goto(page)
      return response?.status() ?? 'nothing'
    } catch (error) {
      return /net::(\w+)/.exec((error as Error).message)?.[1] ?? String(error)
    } finally {
      await browser.close()
    }
  }

  const fingerprint = async () => {
    const { stdout } = await runThere('root', 'show', '--json')
    return (JSON.parse(stdout) as { fingerprint: string }).fingerprint
  }

  it('is refused by a browser and by commands that were told nothing', async () => {
    assert.equal(await browse(`${url}/health`), 'ERR_CERT_AUTHORITY_INVALID')
    const { code, stderr } = await run(...login())
    assert.equal(code, 1)
    assert.match(stderr, /ends at no root that is trusted here.* coterie trust --api https:/)
  })

  it('is asked about, and says what it means', async () => {
    const { code, stdout, stderr } = await runThere('trust')
    assert.equal(code, 1)
    assert.ok(stdout.includes(await fingerprint()))
    assert.match(stdout, /names below coterie\.internal,\nfor localhost and for private addresses/)
    assert.match(stderr, /nobody can be asked here whether to trust the root of coterie.*Give -y/)
  })

  it('lets the browser open the daemon, by whatever of its names', async () => {
    const { code, stdout, stderr } = await runThere('trust', '-y')
    assert.equal(code, 0, stderr)
    assert.match(stdout, /Chromium and its kin: trusts it now/)
    assert.match((await runThere('trust', '-y')).stdout, /Chromium and its kin: trusted it already/)
    assert.equal(await browse(`${url}/health`), 200)
    const { port } = new URL(url)
    const { mesh } = attic.ready
    assert.equal(await browse(`https://attic.${mesh.id}.coterie.internal:${port}/health`), 200)
  })

  it('lets nobody speak for other sites, not even whoever holds its key', async () => {
    await usingRootKey('forged.coterie.internal', async (port) =>
      assert.equal(await browse(`https://forged.coterie.internal:${port}/`), 200),
    )
    await usingRootKey('bank.example', async (port) =>
      assert.match(String(await browse(`https://bank.example:${port}/`)), /^ERR_CERT_/),
    )
  })

  it('is undone', async () => {
    const { code, stdout } = await run('trust', '--remove')
    assert.equal(code, 0)
    assert.match(stdout, /Chromium and its kin: trusts it no more/)
    assert.equal(await browse(`${url}/health`), 'ERR_CERT_AUTHORITY_INVALID')
    assert.equal((await run('trust', '--remove')).stdout, 'No root of a mesh is trusted here.\n')
  })

  it('works from another machine by the fingerprint, and lets commands in', async () => {
    const given = await runThere('user', 'passwd', 'admin', '--password-file', password())
    assert.equal(given.code, 0, given.stderr)
    const wrong = await run('trust', '-y', '--api', url, '--fingerprint', 'ab'.repeat(32))
    assert.match(wrong.stderr, /is not of the mesh with that fingerprint/)
    const { code, stderr } = await run(...login(), '--fingerprint', await fingerprint())
    assert.equal(code, 0, stderr)
    const status = await run('status', '--json', '--api', url)
    assert.equal(JSON.parse(status.stdout).node.name, 'attic')
    const pem = await run('trust', '--print', '--api', url, '--fingerprint', await fingerprint())
    assert.match(pem.stdout, /^-----BEGIN CERTIFICATE-----/)
  })

  /** A server with a certificate that the root's own key has made, past every issuer. */
  const usingRootKey = async (host: string, use: (port: number) => Promise<void>): Promise<void> => {
    const at = (name: string) => join(home.path, name)
    const { key } = JSON.parse(await readFile(join(attic.dataDir, 'root-key.json'), 'utf8')) as {
      key: string
    }
    await writeFile(at('ca.der'), Buffer.from(key, 'base64'))
    await writeFile(at('ca.pem'), (await runThere('trust', '--print')).stdout)
    await writeFile(at('names'), `subjectAltName=DNS:${host}\n`)
    const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'ignore' })
    openssl('pkey', '-inform', 'DER', '-in', at('ca.der'), '-out', at('ca-key.pem'))
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc']
    openssl('req', ...kind, '-subj', `/CN=${host}`, '-keyout', at('key.pem'), '-out', at('request'))
    const authority = ['-CA', at('ca.pem'), '-CAkey', at('ca-key.pem'), '-CAcreateserial']
    const leaf = ['-extfile', at('names'), '-days', '30', '-out', at('leaf.pem')]
    openssl('x509', '-req', '-in', at('request'), ...authority, ...leaf)
    const [cert, leafKey] = await Promise.all([at('leaf.pem'), at('key.pem')].map((path) => readFile(path)))
    const server = createServer({ cert, key: leafKey }, (_, response) => response.end('yes'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await use((server.address() as AddressInfo).port)
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
})
