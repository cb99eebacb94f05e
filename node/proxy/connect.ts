/**
 * From a published port to a task that takes the connection.
 *
 * Guarantees: a task that refuses is followed by another before a byte was said; who gets a connection from here holds it among those of
 * its task until it says that it is over.
 */
import { connect as connectTo, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { CoterieError } from '../../protocols/errors/index.ts'
import { choose, type Route, tunnelOpeningCodec } from '../../protocols/proxy/index.ts'
import { PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Carried, CarriedTasks } from './carried.ts'
import type { Counts } from './counts.ts'
import { ASIDE_MS, CONNECT_TIMEOUT_MS, PATIENCE_MS, TRY_AGAIN_MS } from './limits.ts'
import type { Place, RunningTask, Tasks } from './tasks.ts'
import type { ProxyComponents } from './types.ts'

export interface ConnectorComponents extends Pick<ProxyComponents, 'bulk' | 'clock' | 'rttMs'> {
  readonly tasks: Tasks
  readonly carried: CarriedTasks
  readonly counts: Counts
}

/** A task chosen for a client, and counted until it says that this is over. */
export interface Chosen {
  readonly task: RunningTask
  /** How the task may be left in peace, from now on. */
  carry(carried: Carried): void
  over(): void
}

export interface Upstream extends Chosen {
  readonly bytes: Duplex
}

export interface Connector {
  /**
   * The end of a connection with a task. `isWanted`: whether anybody still waits for it.
   * @throws `serviceSilent`
   */
  connect(route: Route, isWanted: () => boolean): Promise<Upstream>
  /** The task for whoever connects by other means; null where none runs. */
  pick(route: Route): Chosen | null
  /** A stream to a task of another node. @throws what the other side says, `peerUnreachable`, `requestTimedOut` */
  tunnel(task: RunningTask, protocol: Route['protocol']): Promise<Duplex>
}

/** @throws the system's error */
export const dialHere = (clock: Clock, { host, port }: Place): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connectTo({ host, port, allowHalfOpen: true, noDelay: true })
    const cancel = clock.after(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('it did not answer')))
    socket.once('error', (error) => {
      cancel()
      reject(error)
    })
    socket.once('connect', () => {
      cancel()
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })

export const createConnector = (components: ConnectorComponents): Connector => {
  const { bulk, clock, tasks, carried, counts, rttMs } = components
  const connections = new Map<string, number>()
  const asideUntilMs = new Map<string, number>()
  let turn = 0

  const isAside = (task: string): boolean => {
    const untilMs = asideUntilMs.get(task)
    if (untilMs === undefined) return false
    if (clock.nowMs() < untilMs) return true
    asideUntilMs.delete(task)
    return false
  }

  const candidate = (task: RunningTask) => ({
    ...task,
    connections: connections.get(task.task) ?? 0,
    rttMs: task.place === null ? rttMs(task.node) : 0,
    isHere: task.place !== null,
    isAside: isAside(task.task),
  })

  /** Counts it as a connection of the task from now on. */
  const take = (task: RunningTask): Chosen => {
    connections.set(task.task, (connections.get(task.task) ?? 0) + 1)
    let way: Carried | null = null
    const either = { quietMs: () => way?.quietMs() ?? null, end: () => way?.end() }
    const leave = task.place === null ? () => {} : carried.add(task.task, either)
    let isOver = false
    return {
      task,
      carry: (known) => {
        way = known
      },
      over: () => {
        if (isOver) return
        isOver = true
        leave()
        const left = (connections.get(task.task) ?? 1) - 1
        if (left === 0) connections.delete(task.task)
        else connections.set(task.task, left)
      },
    }
  }

  const pick = (route: Route, tried: ReadonlySet<string>): Chosen | null => {
    const free = tasks.of(route).filter(({ task }) => !tried.has(task))
    turn += 1
    const chosen = choose(free.map(candidate), turn)
    return chosen === null ? null : take(chosen)
  }

  const tunnel = ({ task, node, target }: RunningTask, protocol: Route['protocol']): Promise<Duplex> =>
    bulk.openBytes(node, PROTOCOLS.tunnel, tunnelOpeningCodec.encode({ task, target, protocol }), {
      timeoutMs: CONNECT_TIMEOUT_MS,
    })

  const connect = async (route: Route, isWanted: () => boolean): Promise<Upstream> => {
    const fromMs = clock.nowMs()
    const tried = new Set<string>()
    while (isWanted() && clock.nowMs() - fromMs < PATIENCE_MS) {
      const chosen = pick(route, tried)
      if (chosen === null) {
        tried.clear()
        await new Promise<void>((resolve) => clock.after(TRY_AGAIN_MS, resolve))
        continue
      }
      const { task } = chosen
      try {
        const bytes = await (task.place === null ? tunnel(task, 'tcp') : dialHere(clock, task.place))
        const close = counts.open(task.place === null ? 'tunnel' : 'local')
        bytes.once('close', close)
        return { ...chosen, bytes }
      } catch {
        chosen.over()
        tried.add(task.task)
        asideUntilMs.set(task.task, clock.nowMs() + ASIDE_MS)
      }
    }
    const { published, protocol, object } = route
    counts.lose('no-task')
    const service = object.replace(/^service\//, '')
    throw new CoterieError('serviceSilent', { service, port: published, protocol, waitedMs: PATIENCE_MS })
  }

  return { connect, tunnel, pick: (route) => pick(route, new Set()) }
}
