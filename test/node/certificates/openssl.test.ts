/** What OpenSSL, which knows nothing of us, says of our certificates. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { requires } from '../../support/requirements.ts'
import { scratchDir } from '../../support/scratch.ts'
import { type Circle, DAY_MS, foundCircle, NOW_MS } from './nodes.ts'

const run = promisify(execFile)

const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`

describe('certificates: openssl', () => {
  let circle: Circle
  let scratch: Awaited<ReturnType<typeof scratchDir>>

  before(async function () {
    requires(this, 'openssl')
    scratch = await scratchDir()
    circle = await foundCircle()
  })
  after(async () => {
    await circle?.close()
    await scratch?.remove()
  })

  const save = async (name: string, der: Uint8Array): Promise<string> => {
    const path = join(scratch.path, name)
    await writeFile(path, pem(der))
    return path
  }
  const saveChain = async (chain: readonly Uint8Array[]) => {
    const [leaf, intermediate, root] = await Promise.all(
      chain.map((der, at) => save(['leaf', 'intermediate', 'root'][at] as string, der)),
    )
    return { leaf: leaf as string, intermediate: intermediate as string, root: root as string }
  }
  const verify = async (chain: readonly Uint8Array[], ...more: string[]): Promise<string> => {
    const { leaf, intermediate, root } = await saveChain(chain)
    const at = String(NOW_MS / 1_000)
    const args = ['verify', '-x509_strict', '-attime', at, '-CAfile', root, '-untrusted', intermediate]
    const { stdout } = await run('openssl', [...args, ...more, leaf])
    return stdout
  }
  const shown = async (der: Uint8Array): Promise<string> => {
    const { stdout } = await run('openssl', ['x509', '-noout', '-text', '-in', await save('shown', der)])
    return stdout
  }

  it('accepts the chain of a node: an Ed25519 key below two of P-256', async () => {
    const chain = circle.founder.certificates.identityChain()
    assert.match(await verify(chain), /OK/)
    const leaf = await shown(chain[0] as Uint8Array)
    assert.match(leaf, /Public Key Algorithm: ED25519/)
    assert.match(leaf, /Signature Algorithm: ecdsa-with-SHA256/)
    assert.ok(leaf.includes(`URI:coterie://${circle.mesh}.coterie.internal/node/${circle.founder.node}`))
    assert.ok(leaf.includes(`/role/full, DNS:attic.${circle.mesh}.coterie.internal`))
  })

  it('accepts the chain for HTTPS by its name, by localhost and by a private address, and by no other', async () => {
    const { identity, https } = await issuedFor(circle)
    assert.match(await verify(https, '-purpose', 'sslserver', '-verify_hostname', 'localhost'), /OK/)
    assert.match(await verify(https, '-verify_hostname', `shed.${circle.mesh}.coterie.internal`), /OK/)
    assert.match(await verify(https, '-verify_ip', '192.168.7.9'), /OK/)
    assert.match(await verify(https, '-verify_ip', '::1'), /OK/)
    await assert.rejects(verify(https, '-verify_ip', '203.0.113.7'), /IP address mismatch/)
    await assert.rejects(verify(https, '-verify_hostname', 'pi.example.org'), /ostname mismatch/)
    await assert.rejects(verify(identity, '-purpose', 'sslserver'), /unsuitable certificate purpose/)
  })

  it('shows a root of path length 1, and an intermediate of 0 for the names of the mesh and private networks', async () => {
    const [, intermediate, root] = circle.founder.certificates.identityChain() as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    const top = await shown(root)
    assert.match(top, /CA:TRUE, pathlen:1/)
    assert.match(top, /ASN1 OID: prime256v1/)
    assert.match(top, /Name Constraints: critical\s+Permitted:\s+DNS:coterie\.internal\s+DNS:localhost\s/)
    assert.match(top, /URI:\.coterie\.internal\s+IP:10\.0\.0\.0/)
    const middle = await shown(intermediate)
    assert.match(middle, /CA:TRUE, pathlen:0/)
    assert.match(middle, /Name Constraints: critical/)
    const permitted = [
      `DNS:${circle.mesh}.coterie.internal`,
      'DNS:localhost',
      `URI:${circle.mesh}.coterie.internal`,
      'IP:10.0.0.0/255.0.0.0',
      'IP:172.16.0.0/255.240.0.0',
      'IP:192.168.0.0/255.255.0.0',
      'IP:100.64.0.0/255.192.0.0',
      'IP:169.254.0.0/255.255.0.0',
      'IP:127.0.0.0/255.0.0.0',
      'IP:FC00:0:0:0:0:0:0:0/FE00:0:0:0:0:0:0:0',
      'IP:FE80:0:0:0:0:0:0:0/FFC0:0:0:0:0:0:0:0',
      'IP:0:0:0:0:0:0:0:1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF',
    ]
    assert.deepEqual(
      permitted.filter((name) => !middle.includes(name)),
      [],
    )
  })

  it('refuses it when its time is over', async () => {
    const chain = circle.founder.certificates.identityChain()
    const late = String((NOW_MS + 90 * DAY_MS) / 1_000 + 1)
    await assert.rejects(verify(chain, '-attime', late), /certificate has expired/)
  })

  it('serves HTTPS to a client that trusts the root', async () => {
    const present = await foundCircle(Date.now())
    const { certificate: cert, key } = present.founder.certificates.https()
    const server = createServer({ cert, key, minVersion: 'TLSv1.3' }, (_, response) => response.end('yes'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo
      const { certificate: ca } = await present.founder.desk.root()
      const answer = await new Promise<string>((resolve, reject) => {
        request({ host: '127.0.0.1', port, ca, servername: 'localhost' }, (response) =>
          text(response).then(resolve, reject),
        )
          .on('error', reject)
          .end()
      })
      assert.equal(answer, 'yes')
    } finally {
      server.close()
      await present.close()
    }
  })
})

const issuedFor = async ({ applicant, admit, founder }: Circle) => {
  const joiner = applicant()
  await admit(joiner.node, 'shed')
  return founder.certificates.issue(await joiner.applicant.request())
}
