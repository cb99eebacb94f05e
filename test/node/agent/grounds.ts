/** What agent tests stand on: specs, and the two real runtimes with a way to clean up after each. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { createDockerRuntime, type DockerRuntime } from '../../../node/agent/docker-runtime/index.ts'
import { createProcessRuntime, type ProcessRuntime } from '../../../node/agent/process-runtime/index.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import type { LogLine, Runtime, TaskStart } from '../../../node/ports/runtime.ts'
import type { KillHandle } from '../../../node/ports/watchdog.ts'
import { createKiller, createTaskGroups } from '../../../node/watchdog/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import { containersLabelled, createTestImage, docker, removeContainers } from '../../support/engine.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

export const realClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after: (afterMs, task) => {
    const timer = setTimeout(task, afterMs)
    return () => clearTimeout(timer)
  },
}

/** A service that runs `command`, in whatever runtime. */
export const serviceOf = (command: readonly string[], more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  kind: 'service',
  name: 'web',
  project: 'shop',
  image: null,
  command: [...command],
  environment: {},
  ports: [],
  replicas: 1,
  restart: 'always',
  process: { command: [...command] },
  ...more,
})

export const NODE_A = '12D3KooWAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
export const NODE_B = '12D3KooWBbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'

export const startOf = (spec: ServiceSpec, task = 'shop.web.0.7', token = 7): TaskStart => ({
  task,
  token,
  spec,
  onPrepared: () => {},
})

/** All lines, of a log that ends. */
export const allLines = async (lines: AsyncIterable<LogLine>): Promise<string[]> => {
  const texts: string[] = []
  for await (const line of lines) texts.push(line.text)
  return texts
}

/** One kind of runtime, on parts of its own. */
export interface Ground {
  readonly kind: Runtime['kind']
  /** Null where specs name none. */
  readonly image: string | null
  /** A program that answers `hello` to whoever connects to port 8080 of the spec. */
  readonly server: readonly string[]
  /** A runtime over the same place for the same node; each is closed with the ground. `allows`: what containers may reach of the machine. */
  runtime(node?: string, allows?: readonly string[]): Runtime
  /** Makes an empty file in the directory where the task works. */
  touch(task: string, name: string): Promise<void>
  /** True when the program of `server` answers there. */
  answers(host: string, port: number): Promise<boolean>
  /** Something else on the machine listens on a port, until it is released. */
  occupyPort(): Promise<{ readonly port: number; release(): Promise<void> }>
  /** One attempt of the watchdog; true where nothing of the task is left. */
  kill(handle: KillHandle): Promise<boolean>
  /** What is left on the machine. */
  leftovers(): Promise<readonly string[]>
  remove(): Promise<void>
}

/** The engine's proxy accepts before the program does, and then closes: no answer yet. */
const answers = async (host: string, port: number): Promise<boolean> => {
  const socket = connect({ host, port })
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  await once(socket, 'close')
  return text === 'hello\n'
}

const occupyPort = async () => {
  const server = createServer().listen(0, '0.0.0.0')
  await once(server, 'listening')
  const release = async () => {
    server.close()
    await once(server, 'close')
  }
  return { port: (server.address() as AddressInfo).port, release }
}

const closing = (runtimes: readonly Runtime[]) => Promise.all(runtimes.map((runtime) => runtime.close()))

export interface ProcessGround extends Ground {
  runtime(node?: string): ProcessRuntime
}

export const createProcessGround = async (): Promise<ProcessGround> => {
  const scratch = await scratchDir()
  const runtimes: Runtime[] = []
  const answer =
    "require('net').createServer(s => s.end('hello\\n')).listen(process.env.PORT_8080, '127.0.0.1')"
  return {
    kind: 'process',
    image: null,
    server: ['node', '-e', answer],
    runtime: (node = NODE_A) => {
      const components = { groups: createTaskGroups(), clock: realClock, logger: silentLogger }
      const runtime = createProcessRuntime(components, { node, dir: `${scratch.path}/${node}` })
      runtimes.push(runtime)
      return runtime
    },
    touch: (task, name) => writeFile(`${scratch.path}/${NODE_A}/${task}/${name}`, ''),
    answers,
    occupyPort,
    kill: createKiller().kill,
    leftovers: () => readdir(`${scratch.path}/${NODE_A}`),
    remove: async () => {
      await closing(runtimes)
      await scratch.remove()
    },
  }
}

export interface DockerGround extends Ground {
  /** Of its containers. */
  readonly mesh: string
  runtime(node?: string): DockerRuntime
}

export const createDockerGround = async (socketPath: string | null = null): Promise<DockerGround> => {
  const image = await createTestImage()
  const mesh = randomBytes(8).toString('hex')
  const runtimes: Runtime[] = []
  return {
    kind: 'docker',
    mesh,
    image: image.name,
    server: ['sh', '-c', 'while :; do echo hello | nc -l -p 8080; done'],
    runtime: (node = NODE_A, allows = []) => {
      const components = { clock: realClock, random: Math.random, logger: silentLogger }
      const runtime = createDockerRuntime(components, { mesh, node, socketPath, allows })
      runtimes.push(runtime)
      return runtime
    },
    touch: async (task, name) => {
      const [id = ''] = await containersLabelled(`coterie.task=${task}`)
      await docker('exec', id, 'sh', '-c', `cd "$HOME"; : > ${name}`)
    },
    answers,
    occupyPort,
    kill: createKiller().kill,
    leftovers: () => containersLabelled(`coterie.mesh=${mesh}`),
    remove: async () => {
      await closing(runtimes)
      await removeContainers(`coterie.mesh=${mesh}`)
      await image.remove()
    },
  }
}
