/** What a task is in Docker's words. Pure. */
import type { ContainerCreateOptions } from 'dockerode'
import type { TaskId } from '../../../protocols/decisions/index.ts'
import { type PortSpec, type Resources, reservedMemoryMb } from '../../../protocols/spec/index.ts'
import type { TaskStart } from '../../ports/runtime.ts'
import { taskEnvironment } from '../task-environment.ts'

/** Whose containers these are. */
export interface Owner {
  readonly mesh: string
  readonly node: string
}

/** Logs of one task: two files of this size, so that a chatty program does not fill the disk. */
const LOG_OPTIONS = { 'max-size': '10m', 'max-file': '2' }

export const LABEL = {
  mesh: 'coterie.mesh',
  node: 'coterie.node',
  task: 'coterie.task',
  token: 'coterie.token',
} as const

/** What `docker ps --filter label=` takes to find the containers of one node. */
export const ownerLabels = ({ mesh, node }: Owner): string[] => [
  `${LABEL.mesh}=${mesh}`,
  `${LABEL.node}=${node}`,
]

/** One name per task and node: several nodes may share an engine, and an identity belongs to one mesh. */
export const containerName = ({ node }: Owner, task: TaskId): string => `coterie-${node.slice(-8)}-${task}`

const portKey = ({ target, protocol }: PortSpec): string => `${target}/${protocol}`

/** A published port for everybody; any other for this machine, with a port that the engine chooses. */
const bindingOf = ({ published }: PortSpec) =>
  published === null
    ? { HostIp: '127.0.0.1', HostPort: '' }
    : { HostIp: '0.0.0.0', HostPort: String(published) }

const MEBIBYTE = 1024 * 1024
const NANO_PER_MILLI = 1_000_000

/** What the container may have, in the engine's units. What is reserved is its share where the machine runs short of memory. */
const limitsOf = (resources: Resources): ContainerCreateOptions['HostConfig'] => {
  const { memoryMb, milliCpus, pids } = resources.limit ?? {}
  const { diskMb } = resources
  const reservedMb = reservedMemoryMb(resources)
  return {
    ...(memoryMb !== undefined && { Memory: memoryMb * MEBIBYTE }),
    ...(reservedMb !== null && { MemoryReservation: reservedMb * MEBIBYTE }),
    ...(milliCpus !== undefined && { NanoCpus: milliCpus * NANO_PER_MILLI }),
    ...(pids !== undefined && { PidsLimit: pids }),
    ...(diskMb !== undefined && { StorageOpt: { size: `${diskMb}m` } }),
  }
}

/** The container of a task, not yet started. */
export const containerOf = (owner: Owner, start: TaskStart): ContainerCreateOptions => {
  const { task, token, spec } = start
  const environment = { ...spec.environment, ...taskEnvironment(owner.node, start) }
  return {
    ...(spec.image === null ? {} : { Image: spec.image }),
    ...(spec.command === null ? {} : { Cmd: [...spec.command] }),
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Labels: {
      [LABEL.mesh]: owner.mesh,
      [LABEL.node]: owner.node,
      [LABEL.task]: task,
      [LABEL.token]: String(token),
    },
    ExposedPorts: Object.fromEntries(spec.ports.map((port) => [portKey(port), {}])),
    HostConfig: {
      PortBindings: Object.fromEntries(
        spec.ports.map((port) => [
          portKey(port),
          // One target may be published twice.
          spec.ports.filter((other) => portKey(other) === portKey(port)).map(bindingOf),
        ]),
      ),
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: LOG_OPTIONS },
      Init: true,
      SecurityOpt: ['no-new-privileges'],
      ...(spec.resources !== undefined && limitsOf(spec.resources)),
    },
  }
}
