/** On the interfaces of this machine as they are: loopback is always among them. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { onInterfaces, parseAddress, parseAdvertisedAddress } from '../../../node/network/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { eventually } from '../../support/eventually.ts'
import { isConnected, makeMesh, startNode, stopAll } from './nodes.ts'

const present = networkInterfaces()
const loopback = (present.lo ?? []).map(({ address }) => address)
const elsewhere = Object.values(present)
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

const EVERYWHERE = ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/0']

const accepts = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

describe('network: interfaces to listen on', () => {
  afterEach(stopAll)

  it('narrow the wildcards, each to its own family', () => {
    const all = onInterfaces(EVERYWHERE, ['lo'])
    assert.deepEqual(
      all,
      loopback.map((address) => `/${address.includes(':') ? 'ip6' : 'ip4'}/${address}/tcp/0`),
    )
    assert.deepEqual(onInterfaces(['/ip4/0.0.0.0/tcp/7946'], ['lo', 'lo']), ['/ip4/127.0.0.1/tcp/7946'])
  })

  it('keep an address of theirs, and refuse any other', () => {
    assert.deepEqual(onInterfaces(['/ip4/127.0.0.1/tcp/80'], ['lo']), ['/ip4/127.0.0.1/tcp/80'])
    assert.throws(
      () => onInterfaces(['/ip4/192.0.2.99/tcp/80'], ['lo']),
      /192\.0\.2\.99\/tcp\/80 cannot be used: it is no address of lo, which has 127\.0\.0\.1/,
    )
  })

  it('are told where one that was named does not exist', () => {
    assert.throws(
      () => onInterfaces(EVERYWHERE, ['lo', 'wg9']),
      (error: Error) => {
        assert.ok(isCoterieError(error, 'interfaceUnknown'))
        assert.equal(error.data.name, 'wg9')
        assert.deepEqual(error.data.known, Object.keys(present))
        return true
      },
    )
  })

  it('are only looked up by their names', () => {
    for (const name of ['constructor', '__proto__'])
      assert.throws(() => onInterfaces(EVERYWHERE, [name]), { code: 'interfaceUnknown' })
    assert.throws(() => onInterfaces(['/dns/constructor/tcp/80'], ['lo']), { code: 'addressInvalid' })
  })

  it('are the only ones that are listened on', async function () {
    if (elsewhere === undefined) this.skip()
    const { connections } = await startNode({ listen: onInterfaces(['/ip4/0.0.0.0/tcp/0'], ['lo']) })
    const [address = ''] = connections.addresses()
    const port = Number(/\/ip4\/127\.0\.0\.1\/tcp\/(\d+)$/.exec(address)?.[1])
    assert.equal(await accepts('127.0.0.1', port), true)
    assert.equal(await accepts(elsewhere as string, port), false)
  })
})

describe('network: addresses to tell others', () => {
  afterEach(stopAll)

  it('are no wildcards', () => {
    for (const typed of ['0.0.0.0', '[::]:80', '/ip4/0.0.0.0/tcp/80'])
      assert.throws(() => parseAdvertisedAddress(typed, 7946), /stands for every address of a machine/)
    assert.equal(parseAdvertisedAddress('mesh.example.org', 7000), '/dns/mesh.example.org/tcp/7000')
  })

  it('lead others here, though no interface has them', async () => {
    const port = await freePort()
    const advertise = ['/ip4/127.0.0.1/tcp/1', parseAddress(`localhost:${port}`, 7946)]
    const hidden = await startNode({ listen: [`/ip4/127.0.0.1/tcp/${port}`], advertise })
    const other = await startNode()
    assert.deepEqual(hidden.connections.addresses(), advertise)
    makeMesh([hidden, other])
    await eventually('they meet at the second of the told addresses', () => isConnected(other, hidden))
  })
})

/** One that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const probe = await startNode()
  const port = Number(/tcp\/(\d+)$/.exec(probe.connections.addresses()[0] ?? '')?.[1])
  await stopAll()
  return port
}
