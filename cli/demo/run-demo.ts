import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { Task } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type ServiceSpec, serviceKey } from '../../protocols/spec/index.ts'
import { parseCompose } from '../compose/index.ts'
import { type DemoDaemon, type DemoMachine, startDemoDaemon } from './daemon-process.ts'
import { removeContainers } from './docker.ts'
import { untilElected, untilMoved, untilRunning } from './looking.ts'

const FOUNDER = 'alpha'
const JOINERS = ['beta', 'gamma'] as const

/** What is measured and shown; times in whole milliseconds. */
export interface DemoResult {
  readonly nodes: number
  readonly leader: string
  readonly term: number
  readonly foundedMs: number
  readonly joinedMs: number
  readonly electedMs: number
  readonly deployedMs: number
  readonly failoverMs: number
  readonly gatewayMs: number
  readonly bytesThroughGateway: number
}

export interface DemoComponents {
  readonly machine: DemoMachine
  /** The Compose file that is deployed. */
  readonly example: string
  /** Fetches a page through a node's gateway, as a browser would; the bytes of its body. */
  fetchPage(gatewayPort: number, service: string): Promise<number>
  /** One line for a person. */
  say(line: string): void
  /** One line about what takes long; also where nothing else is said. */
  warn(line: string): void
  /** Every process from its first moment on, and every daemon once it is ready: for whoever cleans up. */
  readonly children: Set<ChildProcess>
  readonly daemons: DemoDaemon[]
  readonly signal: AbortSignal
}

export interface RunningDemo {
  readonly result: DemoResult
  readonly survivors: readonly DemoDaemon[]
  /** Starts the killed machine again. */
  bringBack(): Promise<DemoDaemon>
}

const since = (startMs: number): number => Math.round(performance.now() - startMs)

const loadExample = async (path: string) => parseCompose(await readFile(path, 'utf8'), path, 'hello')

/** The service with one replica: the one whose node is killed. */
const singleOf = (services: readonly ServiceSpec[]): ServiceSpec => {
  const single = services.find(({ replicas }) => replicas === 1)
  if (single === undefined)
    throw new CoterieError('internal', { detail: 'the example has no service of one replica' })
  return single
}

/** Runs the stages one after the other and tells each; what it starts is in `children`. */
export const runDemo = async (components: DemoComponents): Promise<RunningDemo> => {
  const { machine, example, fetchPage, say, daemons } = components
  const { project, services } = await loadExample(example)
  const start = async (name: string, token: string | null, isFounder = false): Promise<DemoDaemon> => {
    const daemon = await startDemoDaemon(machine, name, token, isFounder, components)
    daemons.push(daemon)
    return daemon
  }
  const told = (line: string, ms: number) => say(`${String(ms).padStart(6)} ms  ${line}`)

  let startMs = performance.now()
  const founder = await start(FOUNDER, null, true)
  const foundedMs = since(startMs)
  told(`${FOUNDER} founded the mesh ${founder.ready.mesh.name}`, foundedMs)

  startMs = performance.now()
  const { token } = founder.ready
  await Promise.all(JOINERS.map((name) => start(name, token)))
  const joinedMs = since(startMs)
  told(`${JOINERS.join(' and ')} joined by its token`, joinedMs)

  startMs = performance.now()
  const { leader, term } = await untilElected(daemons, components)
  const electedMs = since(startMs)
  told(`three voters; ${leader} leads in term ${term}`, electedMs)

  startMs = performance.now()
  const changes = services.map((spec) => ({ spec }))
  await founder.client.call('POST /v1/apply', { body: { project, changes, remove: [], via: 'cli' } })
  const objects = services.map(({ name }) => serviceKey(project, name))
  const tasks = await untilRunning(founder, objects, components)
  const deployedMs = since(startMs)
  const placed = tasks
    .map(({ object, slot, name }) => `${object.split('/')[2]}.${slot} on ${name}`)
    .join(', ')
  told(`deployed ${services.map(({ name }) => name).join(' and ')}: ${placed}`, deployedMs)

  const single = serviceKey(project, singleOf(services).name)
  const lost = tasks.find(({ object }) => object === single) as Task
  const victim = daemons.find(({ ready }) => ready.node.id === lost.node) as DemoDaemon
  const survivors = daemons.filter((daemon) => daemon !== victim)
  startMs = performance.now()
  await victim.kill()
  if (lost.runtime === 'docker') await removeContainers(machine.dockerSocket, `coterie.node=${lost.node}`)
  const moved = await untilMoved(survivors[0] as DemoDaemon, lost, components)
  const failoverMs = since(startMs)
  told(
    `killed ${victim.name} with all that ran on it; ${single.split('/')[2]} runs on ${moved.name}`,
    failoverMs,
  )

  // Asked for at the other survivor, so that the page comes from another node.
  const asked = survivors.find(({ ready }) => ready.node.id !== moved.node) as DemoDaemon
  startMs = performance.now()
  const bytesThroughGateway = await fetchPage(asked.ready.gatewayPort as number, singleOf(services).name)
  const gatewayMs = since(startMs)
  told(
    `a page of ${bytesThroughGateway} bytes from ${moved.name} through ${asked.name}, over WebRTC`,
    gatewayMs,
  )

  const times = { foundedMs, joinedMs, electedMs, deployedMs, failoverMs, gatewayMs }
  return {
    result: { nodes: 1 + survivors.length, leader, term, ...times, bytesThroughGateway },
    survivors,
    bringBack: () => start(victim.name, null),
  }
}
