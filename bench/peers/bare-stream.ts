/** A libp2p stream between two programs, and nothing else: TCP, Noise and Yamux as the libraries come. */
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const PROTOCOL = '/bench/1'
const CHUNK = new Uint8Array(64 * 1024)

const createHost = (listen: string[]) =>
  createLibp2p({
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })

const [mode, address = ''] = process.argv.slice(2)
const host = await createHost(mode === 'serve' ? ['/ip4/127.0.0.1/tcp/0'] : [])

if (mode === 'serve') {
  await host.handle(PROTOCOL, async (stream) => {
    const asked = await new Promise<{ data: { subarray(): Uint8Array } }>((resolve) =>
      stream.addEventListener('message', (event) => resolve(event as never), { once: true }),
    )
    let left = Number(new TextDecoder().decode(asked.data.subarray()))
    while (left > 0) {
      left -= CHUNK.byteLength
      if (!stream.send(CHUNK) && stream.writableNeedsDrain)
        await new Promise((resolve) => stream.addEventListener('drain', resolve, { once: true }))
    }
    await stream.close()
  })
  process.send?.(host.getMultiaddrs()[0]?.toString())
} else {
  const connection = await host.dial(multiaddr(address))
  process.on('message', async (bytes: number) => {
    const stream = await connection.newStream(PROTOCOL)
    const fromMs = performance.now()
    let read = 0
    const whole = new Promise<void>((resolve) =>
      stream.addEventListener('message', ({ data }) => {
        read += data.byteLength
        if (read >= bytes) resolve()
      }),
    )
    stream.send(new TextEncoder().encode(String(bytes)))
    await whole
    process.send?.((performance.now() - fromMs) / 1000)
    await stream.close()
  })
  process.send?.('ready')
}
