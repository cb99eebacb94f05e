/** A stranger who opens connections to the doors of a daemon, and says nothing, something, or something else, as it pleases. */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import type { RunningDaemon } from './daemons.ts'
import { nodesOf, statusOf } from './mesh-views.ts'

/** What such a connection says first. */
const OPENINGS = [
  '',
  'GET / HTTP/1.1\r\nhost: ',
  'GET /v1/status HTTP/1.1\r\nhost: evil.example\r\n\r\n',
  'POST /v1/apply HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n{',
  '\x13/multistream/1.0.0\n\x07/noise\n',
  '\x16\x03\x01\x02\x00\x01',
  'x'.repeat(20_000),
]

/** Connections that one stranger has open at once, on each door; a machine has only so many ports. */
const OPEN_MAX = 2_000

interface Flood {
  /** Connections that were begun. */
  readonly begun: number
  /** Begins so many more on each port, some from each of a few addresses, as fast as the machine lets it. */
  begin(perPort: number): Promise<void>
  end(): void
}

const floodOf = (ports: readonly number[]): Flood => {
  const open = new Set<Socket>()
  let begun = 0

  const beginOne = (port: number): Promise<void> => {
    const at = begun++
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${2 + (at % 3)}` })
    open.add(socket)
    const { promise, resolve } = Promise.withResolvers<void>()
    socket.on('error', () => undefined)
    socket.once('connect', () => {
      socket.write(OPENINGS[at % OPENINGS.length] as string, 'latin1')
      resolve()
    })
    // Nothing that comes back is read, so that what is sent to us has to wait.
    socket.once('close', () => {
      open.delete(socket)
      resolve()
    })
    return promise
  }

  return {
    get begun() {
      return begun
    },
    begin: async (perPort) => {
      for (let left = perPort; left > 0; left--) {
        await Promise.all(ports.map(beginOne))
        for (const oldest of open) {
          if (open.size <= OPEN_MAX * ports.length) break
          oldest.destroy()
          open.delete(oldest)
        }
      }
    },
    end: () => {
      for (const socket of open) socket.destroy()
    },
  }
}

/** Resident memory of a process. */
const residentBytes = (pid: number): number => {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) * 1024
}

export interface Flooded {
  readonly begun: number
  /** Of the daemon that was flooded: by how much its resident memory was greater at most. */
  readonly grownBytes: number
  /** Who was taken for dead, or had no connection, when somebody looked. */
  readonly lost: readonly string[]
  /** Terms that passed: a machine that does much else may be late for its votes. */
  readonly elections: number
}

/** How many are begun on each port before it is looked at again. */
const STEP = 200

/** Floods every port of a member, and watches it and its mesh meanwhile. */
export const floodMember = async (
  [member, ...others]: readonly [RunningDaemon, ...RunningDaemon[]],
  perPort: number,
): Promise<Flooded> => {
  const { ready, process } = member
  const [, nodePort] = /\/tcp\/(\d+)/.exec(ready.addresses[0] ?? '') ?? []
  const ports = [ready.apiPort, ready.gatewayPort, ready.metricsPort, Number(nodePort)].filter(
    (port) => port !== null,
  )
  const flood = floodOf(ports)
  const pid = process.pid as number
  const before = residentBytes(pid)
  const { term } = await statusOf(member)
  const lost = new Set<string>()
  let most = before
  try {
    for (let left = perPort; left > 0; left -= STEP) {
      await flood.begin(Math.min(left, STEP))
      most = Math.max(most, residentBytes(pid))
      for (const daemon of [member, ...others])
        for (const { name, state, connected, self } of await nodesOf(daemon))
          if (state === 'dead' || !(connected || self))
            lost.add(`${daemon.name}: ${name} is ${state}, connected: ${connected}`)
    }
  } finally {
    flood.end()
  }
  const elections = (await statusOf(member)).term - term
  return { begun: flood.begun, grownBytes: most - before, lost: [...lost], elections }
}

/** Flags that open the API and the metrics to other machines. */
export const OPEN_DOORS = ['--api-address', '0.0.0.0', '--metrics-address', '0.0.0.0', '--metrics-port', '0']
