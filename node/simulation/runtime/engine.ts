/**
 * The container engine of one machine, as a model of Docker's: containers outlive the daemon's lives, end with the
 * machine's power, and restart by nobody's policy but the agent's. Images stay on the machine once they were pulled.
 */
import type { TaskId } from '../../../protocols/decisions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { between, type Range } from '../random.ts'
import { type Container, createContainer, KILLED, UNSEEN } from './container.ts'
import type { EngineService, SimulatedEngine } from './engine-types.ts'
import { createPortTable } from './port-table.ts'
import { createEngineRequests } from './requests.ts'
import type { SimulatedEngineComponents } from './types.ts'

/** Until a client hears of a change, in milliseconds. */
const EVENT_MS: Range = [0.5, 20]
/** Until a client whose event stream broke has opened it again, in milliseconds. */
const REOPEN_MS: Range = [125, 5_000]

export const createSimulatedEngine = (components: SimulatedEngineComponents): SimulatedEngine => {
  const { after, random } = components
  const containers = new Map<string, Container>()
  const images = new Set<string>()
  const ports = createPortTable()
  const requests = createEngineRequests(after, random)
  const listeners = new Set<() => void>()
  let daemonLife = 1

  const keyOf = (node: NodeId, task: TaskId): string => `${node}/${task}`

  const tell = (delayMs: Range): void => {
    if (listeners.size === 0) return
    after(between(random, delayMs), () => {
      if (!requests.isHanging()) for (const listener of listeners) listener()
    })
  }

  const endAll = (exitCode: number): void => {
    for (const container of containers.values()) container.end(exitCode)
  }

  const daemonEnded = (): void => {
    daemonLife += 1
    listeners.clear()
  }

  const goUp = (): void => {
    // Events that came while it hung are still in the stream.
    tell(requests.isHanging() ? EVENT_MS : REOPEN_MS)
    requests.up()
  }

  const service: EngineService = {
    submit: requests.submit,
    daemonLife: () => daemonLife,
    images,
    behaviour: (spec) => components.behaviourOf(spec, {}),
    find: (node, task) => containers.get(keyOf(node, task)) ?? null,
    containersOf: (node) => [...containers.values()].filter((container) => container.view().node === node),
    create: (node, start) => {
      const present = containers.get(keyOf(node, start.task))
      if (present !== undefined) return present
      const container = createContainer({ ...components, ports, onChange: () => tell(EVENT_MS) }, node, start)
      containers.set(keyOf(node, start.task), container)
      return container
    },
    stop: (container, graceMs, done) => {
      const kill = container.terminate()
      const whenEnded = (): void => {
        if (container.view().isRunning) container.onNext(whenEnded)
        else requests.later(0, done)
      }
      whenEnded()
      if (container.view().isRunning) requests.later(graceMs, kill)
    },
    remove: (node, task) => {
      containers.get(keyOf(node, task))?.end(KILLED)
      if (containers.delete(keyOf(node, task))) tell(EVENT_MS)
    },
    onEvent: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }

  return {
    service,
    containers: () => [...containers.values()].map((container) => container.view()),
    daemonEnded,
    down: (fate) => {
      requests.down()
      tell(EVENT_MS)
      if (fate === 'end') endAll(KILLED)
    },
    hang: requests.hang,
    up: goUp,
    kill: (node, task) => service.find(node, task)?.end(KILLED),
    losePower: () => {
      requests.forget()
      daemonEnded()
      endAll(UNSEEN)
      goUp()
    },
    occupy: (port) => {
      const bound = (['tcp', 'udp'] as const).map((protocol) => ({ target: port, published: port, protocol }))
      ports.bind(bound)
      return () => ports.release(bound.map(({ protocol }) => ({ port, protocol })))
    },
  }
}
