/** What a container of the engine is to us. Pure. */
import type { ContainerInspectInfo } from 'dockerode'
import type { BoundPort, Health } from '../../../protocols/tasks/index.ts'
import type { ObservedTask } from '../../ports/runtime.ts'
import { LABEL, type Owner } from './container.ts'

/** By its labels: a name may be anybody's. */
export const isOwn = ({ mesh, node }: Owner, { Config }: ContainerInspectInfo): boolean =>
  Config.Labels?.[LABEL.mesh] === mesh && Config.Labels[LABEL.node] === node

type EnginePorts = ContainerInspectInfo['NetworkSettings']['Ports']

const portOf = (key: string): Pick<BoundPort, 'target' | 'protocol'> => {
  const [target, protocol] = key.split('/')
  return { target: Number(target), protocol: protocol === 'udp' ? 'udp' : 'tcp' }
}

/** A container in the network of its node listens there itself. */
const ownPorts = (label: string): BoundPort[] =>
  label
    .split(',')
    .filter((key) => key !== '')
    .map(portOf)
    .map((port) => ({ ...port, host: '127.0.0.1', port: port.target }))

/** Where this machine reaches the ports: what is bound on every address is also on loopback. */
const boundPorts = (ports: EnginePorts): BoundPort[] =>
  Object.entries(ports ?? {}).flatMap(([key, bindings]) =>
    (bindings ?? [])
      .filter(({ HostIp }) => !HostIp.includes(':'))
      .map(({ HostIp, HostPort }) => ({
        ...portOf(key),
        host: HostIp === '0.0.0.0' || HostIp === '' ? '127.0.0.1' : HostIp,
        port: Number(HostPort),
      })),
  )

/** The engine says `none`, or nothing, where the container has no check. */
const healthOf = ({ Health }: ContainerInspectInfo['State']): { readonly health?: Health } => {
  const status = Health?.Status
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? { health: status } : {}
}

/** The task in a container of ours; null for what has no task, or is on its way out. */
export const observedTask = (container: ContainerInspectInfo): ObservedTask | null => {
  const { Labels } = container.Config
  const { Running, Status, ExitCode, StartedAt, OOMKilled } = container.State
  const task = Labels[LABEL.task]
  const token = Number(Labels[LABEL.token])
  if (task === undefined || !Number.isSafeInteger(token) || Status === 'removing') return null
  if (Running) {
    const said = Labels[LABEL.ports]
    const ports = said === undefined ? boundPorts(container.NetworkSettings.Ports) : ownPorts(said)
    const startedAtMs = Date.parse(StartedAt)
    return { state: 'running', task, token, ports, startedAtMs, ...healthOf(container.State) }
  }
  // Created and never started: its start was interrupted, so there is no code.
  const exitCode = Status === 'created' ? null : ExitCode
  return { state: 'exited', task, token, exitCode, signal: null, ...(OOMKilled && { isOutOfMemory: true }) }
}
