/** Commands that ask another daemon over TLS, at servers with real certificates of a mesh. */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createClient } from '../../../cli/client.ts'
import { fetchRoot } from '../../../cli/trust/fetch-root.ts'
import { readRoot } from '../../../cli/trust/mesh-root.ts'
import { type Circle, DAY_MS, foundCircle } from '../../node/certificates/nodes.ts'

describe('cli: a daemon over TLS', () => {
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  /** A daemon's door, of a mesh that was founded so long ago and renewed nothing since. */
  const serve = async (
    ageMs = 0,
    host = '127.0.0.1',
  ): Promise<{ readonly circle: Circle; readonly port: number }> => {
    const circle = await foundCircle(Date.now() - ageMs)
    const { certificate: cert, key } = circle.founder.certificates.https()
    const server: Server = createServer({ cert, key, minVersion: 'TLSv1.3' }, (_, response) =>
      response.setHeader('content-type', 'application/json').end('{"users":[]}'),
    )
    await new Promise<void>((resolve) => server.listen(0, host, resolve))
    ends.push(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await circle.close()
    })
    return { circle, port: (server.address() as AddressInfo).port }
  }
  const rootOf = async ({ founder }: Circle) => (await founder.desk.root()).certificate
  const ask = (url: string, roots: readonly string[]) =>
    createClient({
      place: async () => ({ url, token: async () => 'token', authorities: async () => roots }),
    }).call('GET /v1/users')

  it('is taken by a root that is trusted, and by no other', async () => {
    const { circle, port } = await serve()
    const url = `https://127.0.0.1:${port}`
    assert.deepEqual(await ask(url, [await rootOf(circle)]), { users: [] })
    const other = await foundCircle(Date.now())
    ends.push(() => other.close())
    await assert.rejects(ask(url, [await rootOf(other)]), {
      code: 'rootUntrusted',
      message: new RegExp(`coterie trust --api ${url} --fingerprint FINGERPRINT`),
    })
  })

  it('says for which names a certificate is, where it is not for the one that was asked', async () => {
    const { circle, port } = await serve(0, '127.0.0.2')
    const url = `https://127.0.0.2:${port}`
    await assert.rejects(ask(url, [await rootOf(circle)]), {
      code: 'serverNameWrong',
      message: /it is for attic\.[0-9a-f]{16}\.coterie\.internal, localhost, 127\.0\.0\.1/,
    })
  })

  it('says by how much clocks differ', async () => {
    const old = await serve(100 * DAY_MS)
    await assert.rejects(ask(`https://127.0.0.1:${old.port}`, [await rootOf(old.circle)]), {
      code: 'serverDateWrong',
      message: /ended 10 d ago, by the clock of this machine/,
    })
    const young = await serve(-DAY_MS)
    await assert.rejects(ask(`https://127.0.0.1:${young.port}`, [await rootOf(young.circle)]), {
      code: 'serverDateWrong',
      message: /begins in 24 h, by the clock of this machine/,
    })
  })

  it('shows its root to whoever has its fingerprint', async () => {
    const { circle, port } = await serve()
    const url = `https://127.0.0.1:${port}`
    const root = readRoot(await rootOf(circle))
    const typed = root?.fingerprint.toUpperCase().replace(/..(?=.)/g, '$&:') ?? ''
    assert.deepEqual(await fetchRoot(url, typed), root)
    assert.equal(root?.isBounded, true)
    await assert.rejects(fetchRoot(url, 'ab'.repeat(32)), { code: 'rootPinWrong' })
    await assert.rejects(fetchRoot(url, 'ab'), { code: 'usageWrong' })
    await assert.rejects(fetchRoot(`http://127.0.0.1:${port}`, typed), { code: 'usageWrong' })
  })
})
