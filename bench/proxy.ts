/** A published port beside a direct connection: requests on one node, bytes between two. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createDaemons, type Daemons } from '../test/support/daemons.ts'
import { eventually } from '../test/support/eventually.ts'
import { freePort } from '../test/support/free-port.ts'
import { settledVoters } from '../test/support/mesh-views.ts'
import { deploy, PROCESSES_ONLY, runningOn, sleeper } from '../test/support/task-views.ts'
import type { Benchmark } from './report.ts'

const RUNS = 5
const DOWNLOAD_BYTES = 256 * 1024 * 1024
const MEGABYTE = 1_000_000

/** The service: an answer of 13 bytes, and as many bytes as are asked for. */
const PROGRAM = `
const { Readable } = require('node:stream')
const chunk = Buffer.alloc(65536, 'a quite ordinary file. ')
require('node:http').createServer(({ url }, response) => {
  if (url === '/') return response.end('hello, world\\n')
  let left = Number(url.slice(1))
  response.setHeader('content-length', left)
  const more = () => {
    while (left > 0) {
      const part = left < chunk.length ? chunk.subarray(0, left) : chunk
      left -= part.length
      if (!response.write(part)) return response.once('drain', more)
    }
    response.end()
  }
  more()
}).listen(process.env.PORT, '127.0.0.1')`

interface Asked {
  readonly type: 'requests' | 'download'
  readonly host: string
  readonly port: number
  readonly bytes?: number
}

/** A program of its own, so that it shares no thread with what it measures. */
const createClient = () => {
  const child: ChildProcess = fork(fileURLToPath(new URL('./parts/http-client.ts', import.meta.url)))
  return {
    ask: async (asked: Asked): Promise<number> => {
      child.send(asked)
      const [answer] = (await once(child, 'message')) as [number]
      return answer
    },
    close: () => void child.kill('SIGKILL'),
  }
}

const createBare = async () => {
  const child = fork(fileURLToPath(new URL('./peers/bare-stream.ts', import.meta.url)), ['serve'])
  const [address] = (await once(child, 'message')) as [string]
  const client = fork(fileURLToPath(new URL('./peers/bare-stream.ts', import.meta.url)), ['read', address])
  await once(client, 'message')
  return {
    download: async (bytes: number): Promise<number> => {
      client.send(bytes)
      const [answer] = (await once(client, 'message')) as [number]
      return answer
    },
    close: () => {
      child.kill('SIGKILL')
      client.kill('SIGKILL')
    },
  }
}

/** Where the service is reached on its own node, on another one, and without a proxy. */
const startService = async (daemons: Daemons) => {
  const mesh = await daemons.mesh('a', 'b')
  await settledVoters(mesh, 1)
  const [first] = mesh
  if (first === undefined) throw new Error('there is no daemon')
  const published = await freePort()
  const service = {
    ...sleeper('bench', 'web'),
    ports: [{ target: 8000, published, protocol: 'tcp' as const, mode: 'ingress' as const }],
    process: { command: ['node', '-e', PROGRAM] },
  }
  await deploy(first, service)
  const [task] = await runningOn(mesh, service)
  const near = mesh.find(({ ready }) => ready.node.id === task?.node)
  const far = mesh.find(({ ready }) => ready.node.id !== task?.node)
  const [port] = task?.ports ?? []
  if (near === undefined || far === undefined || port === undefined) throw new Error('it runs nowhere')
  const places = {
    direct: { host: '127.0.0.1', port: port.port },
    near: { host: near.publishAddress, port: published },
    far: { host: far.publishAddress, port: published },
  }
  for (const { host, port } of Object.values(places))
    await eventually('it answers', async () => (await fetch(`http://${host}:${port}/`)).ok)
  return places
}

/**
 * `proxyRequests`: requests a second of 32 connections that are kept, through the published port on the node of the task; the peer's,
 * straight to the task. `tunnelMBps`: one download through the published port of another node; the peer's, the same bytes over
 * a libp2p stream between two programs and nothing else.
 */
export const benchmark: Benchmark = async ({ runs, say }) => {
  const daemons = await createDaemons(undefined, PROCESSES_ONLY)
  const client = createClient()
  const bare = await createBare()
  const samples = {
    direct: [] as number[],
    near: [] as number[],
    tunnel: [] as number[],
    bare: [] as number[],
  }
  try {
    const { direct, near, far } = await startService(daemons)
    for (let run = 0; run <= (runs ?? RUNS); run++) {
      const straight = await client.ask({ type: 'requests', ...direct })
      const proxied = await client.ask({ type: 'requests', ...near })
      const bytes = DOWNLOAD_BYTES
      const plain = bytes / MEGABYTE / (await bare.download(bytes))
      const tunnelled = bytes / MEGABYTE / (await client.ask({ type: 'download', ...far, bytes }))
      // The first one warms up.
      if (run === 0) continue
      samples.direct.push(straight)
      samples.near.push(proxied)
      samples.bare.push(plain)
      samples.tunnel.push(tunnelled)
      const told = [proxied, straight, tunnelled, plain].map((value) => value.toFixed(0))
      say(`run ${run}: ${told[0]} requests/s of ${told[1]} direct; ${told[2]} MB/s of ${told[3]} bare`)
    }
    const ratios = samples.near.map((value, at) => value / (samples.direct[at] as number))
    return [
      { metric: 'proxyRatio', unit: '', samples: ratios },
      {
        metric: 'proxyRequests',
        unit: 'requests/s',
        samples: samples.near,
        peer: { name: 'direct', samples: samples.direct },
      },
      {
        metric: 'tunnelMBps',
        unit: 'MB/s',
        samples: samples.tunnel,
        peer: { name: 'a bare libp2p stream', samples: samples.bare },
      },
    ]
  } finally {
    client.close()
    bare.close()
    await daemons.close()
  }
}
