import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:net'
import { isLoopbackOnly, portOwner } from '../../../node/network/index.ts'
import { startNode, stopAll } from './nodes.ts'

describe('network: listening', () => {
  let server: Server | null = null

  afterEach(async () => {
    await stopAll()
    await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)))
    server = null
  })

  const occupy = async (host: string): Promise<number> => {
    const taken = createServer()
    server = taken
    await new Promise<void>((resolve) => taken.listen(0, host, resolve))
    return (taken.address() as { port: number }).port
  }

  it('names the process that holds a busy port', async () => {
    const port = await occupy('127.0.0.1')
    await assert.rejects(
      startNode({ listen: [`/ip4/127.0.0.1/tcp/${port}`] }),
      (error: Error & { data?: unknown }) => {
        const { address, owner } = error.data as { address: string; owner: string }
        assert.equal(address, '127.0.0.1')
        assert.match(owner, new RegExp(`\\(process ${process.pid}\\)$`))
        return true
      },
    )
  })

  it('finds no owner of a free port', async () => {
    const port = await occupy('127.0.0.1')
    await new Promise((resolve) => server?.close(resolve))
    server = null
    assert.equal(await portOwner(port), null)
  })

  it('refuses an address that is not of this machine', async () => {
    await assert.rejects(startNode({ listen: ['/ip4/192.0.2.1/tcp/0'] }), { code: 'addressInvalid' })
  })

  it('tells loopback only when it listens on nothing else', async () => {
    const { connections } = await startNode()
    assert(isLoopbackOnly(connections.addresses()))
    const everywhere = await startNode({ listen: ['/ip4/0.0.0.0/tcp/0'] })
    const addresses = everywhere.connections.addresses()
    assert(addresses.length > 0)
    for (const address of addresses) assert(!address.includes('0.0.0.0') && !address.includes('/p2p/'))
  })

  it('tells the advertised addresses in place of its own', async () => {
    const advertise = ['/dns/mesh.example.org/tcp/7946']
    const { connections } = await startNode({ advertise })
    assert.deepEqual(connections.addresses(), advertise)
  })

  it('can be stopped before it was started, and twice', async () => {
    const network = await startNode()
    await network.stop()
    await network.stop()
  })
})
