/** Real networks on loopback, with a real clock, all stopped after each test. */

import {
  createNetwork,
  generateIdentity,
  type MeasuredNetwork,
  type NetworkComponents,
  type NetworkInit,
} from '../../../node/network/index.ts'
import type { Clock } from '../../../node/ports/clock.ts'
import type { Logger } from '../../../node/ports/logger.ts'
import type { Network } from '../../../node/ports/network.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'

export const LOOPBACK = '/ip4/127.0.0.1/tcp/0'
export const { join: JOIN, membership: MESSAGE, decide: REQUEST, logs: STREAM } = PROTOCOLS

export const realClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after: (afterMs, task) => {
    const timer = setTimeout(task, afterMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
}

/** A logger that keeps its lines. */
export const createLogBook = (): { readonly logger: Logger; readonly lines: LogLine[] } => {
  const lines: LogLine[] = []
  const write = (level: LogLine['level']) => (_fields: object, message: string) => {
    lines.push({ level, message })
  }
  const logger: Logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => logger,
  }
  return { logger, lines }
}

const running = new Set<MeasuredNetwork>()

/** A started network; `stopAll` ends it. */
export const startNode = async (
  init: Partial<NetworkInit> = {},
  components: Partial<NetworkComponents> = {},
): Promise<MeasuredNetwork> => {
  const network = createNetwork(
    { logger: createLogBook().logger, random: Math.random, clock: realClock, ...components },
    { privateKey: generateIdentity(), listen: [LOOPBACK], ...init },
  )
  running.add(network)
  await network.start()
  return network
}

export const stopNode = async (network: MeasuredNetwork): Promise<void> => {
  running.delete(network)
  await network.stop()
}

export const stopAll = async (): Promise<void> => {
  await Promise.all([...running].map(stopNode))
}

/** Makes them members of each other, at their present addresses. */
export const makeMesh = (networks: readonly Network[]): void => {
  const members = new Set(networks.map(({ connections }) => connections.self))
  for (const network of networks) {
    for (const other of networks)
      network.connections.learn(other.connections.self, other.connections.addresses())
    network.connections.setMembers(members)
  }
}

export const isConnected = (from: Network, to: Network): boolean =>
  from.connections.connected().includes(to.connections.self)

/** Started members of one mesh, each connected to each. */
export const startMesh = async (
  count: number,
  init: Partial<NetworkInit> = {},
): Promise<MeasuredNetwork[]> => {
  const networks = await Promise.all(Array.from({ length: count }, () => startNode(init)))
  makeMesh(networks)
  await eventually('all members are connected', () =>
    networks.every(({ connections }) => connections.connected().length === count - 1),
  )
  return networks
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
