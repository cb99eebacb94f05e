/** What a task is in Docker's words. Pure. */
import type { ContainerCreateOptions } from 'dockerode'
import type { TaskId } from '../../../protocols/decisions/index.ts'
import { isIngressPort, type PortSpec } from '../../../protocols/spec/index.ts'
import type { TaskStart } from '../../ports/runtime.ts'
import { taskEnvironment } from '../task-environment.ts'
import { configOf, hostConfigOf } from './host-config.ts'
import { volumeName } from './volumes.ts'

/** Whose containers these are. */
export interface Owner {
  readonly mesh: string
  readonly node: string
}

export const LABEL = {
  mesh: 'coterie.mesh',
  node: 'coterie.node',
  task: 'coterie.task',
  token: 'coterie.token',
  /** Of one in the network of its node, where the engine does not tell of them: `80/tcp,53/udp`. */
  ports: 'coterie.ports',
} as const

/** What `docker ps --filter label=` takes to find the containers of one node. */
export const ownerLabels = ({ mesh, node }: Owner): string[] => [
  `${LABEL.mesh}=${mesh}`,
  `${LABEL.node}=${node}`,
]

/** One name per task and node: several nodes may share an engine, and an identity belongs to one mesh. */
export const containerName = ({ node }: Owner, task: TaskId): string => `coterie-${node.slice(-8)}-${task}`

const portKey = ({ target, protocol }: PortSpec): string => `${target}/${protocol}`

/** One that the task itself publishes for everybody; any other for this machine, with a port that the engine chooses. */
const bindingOf = (port: PortSpec) =>
  port.published === null || isIngressPort(port)
    ? { HostIp: '127.0.0.1', HostPort: '' }
    : { HostIp: port.address ?? '0.0.0.0', HostPort: String(port.published) }

/** What an image runs where nothing else is said. */
export interface ImageStart {
  readonly Entrypoint?: string | readonly string[] | null | undefined
  readonly Cmd?: readonly string[] | null | undefined
}

/** The program that the container begins with; null where nobody says. */
const beginsWith = ({ entrypoint, command }: TaskStart['spec'], image: ImageStart): string | null => {
  const begins = [entrypoint ?? image.Entrypoint ?? [], command ?? image.Cmd ?? []].flat()
  return begins.find((word) => word !== '') ?? null
}

/** The container of a task, not yet started. */
export const containerOf = (owner: Owner, start: TaskStart, image: ImageStart): ContainerCreateOptions => {
  const { task, token, spec } = start
  const environment = { ...spec.environment, ...taskEnvironment(owner.node, start) }
  const isInNetworkOfNode = spec.container?.host?.includes('network') === true
  return {
    ...configOf(spec),
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Labels: {
      ...spec.container?.labels,
      [LABEL.mesh]: owner.mesh,
      [LABEL.node]: owner.node,
      [LABEL.task]: task,
      [LABEL.token]: String(token),
      ...(isInNetworkOfNode && { [LABEL.ports]: spec.ports.map(portKey).join(',') }),
    },
    ...(!isInNetworkOfNode && {
      ExposedPorts: Object.fromEntries(spec.ports.map((port) => [portKey(port), {}])),
    }),
    HostConfig: {
      ...(!isInNetworkOfNode && {
        PortBindings: Object.fromEntries(
          spec.ports.map((port) => [
            portKey(port),
            // One target may be published twice.
            spec.ports.filter((other) => portKey(other) === portKey(port)).map(bindingOf),
          ]),
        ),
      }),
      ...hostConfigOf(spec, beginsWith(spec, image), (mount) => volumeName(owner.mesh, spec.project, mount)),
    },
  }
}
