/** Which nodes cannot take a task, and why. Each filter is pure and says its reason in words. */
import {
  beyondOf,
  isAllowed,
  isHostPort,
  reservationOf,
  type ServiceSpec,
} from '../../protocols/spec/index.ts'
import type { SchedulerNode } from './view.ts'

/** A node with what is already placed on it, in this plan too. */
export interface Room {
  readonly node: SchedulerNode
  readonly memoryFreeMb: number
  readonly milliCpusFree: number
  readonly diskFreeMb: number
  /** False while what some task reserves is not known yet. */
  readonly isCounted: boolean
  /** Whether a published port is taken there, as `tcp/8080`. */
  isTaken(port: string): boolean
  /** Replicas of the service in question. */
  readonly replicas: number
  /** It lost leases, and comes last for exclusive work. */
  readonly isHeldDown: boolean
}

/** Null where the node fits, else why not. */
export type Filter = (spec: ServiceSpec, room: Room) => string | null

const isAlive: Filter = (_spec, { node }) => {
  if (node.health === 'alive') return null
  return node.health === 'unknown' ? 'not heard from yet' : `node is ${node.health}`
}

const isStaying: Filter = (_spec, { node }) => (node.draining ? 'node is draining' : null)

const hasProfile: Filter = (_spec, { node }) => (node.profile === null ? 'node has not reported yet' : null)

/** What it is given now it would learn of when it is updated. */
const isFollowing: Filter = (_spec, { node }) =>
  node.profile?.halted === true ? 'node must be updated' : null

const hasRuntime: Filter = (spec, { node }) => {
  const runtimes = node.profile?.runtimes ?? []
  const usable =
    (spec.image !== null && runtimes.includes('docker')) ||
    (spec.process !== null && runtimes.includes('process'))
  if (usable) return null
  if (spec.process === null) return 'no Docker engine answers'
  return spec.image === null
    ? 'processes are not allowed (coterie up --processes allows them)'
    : 'no Docker engine answers (coterie up --processes lets it run as a process)'
}

/** Where an exclusive task could not be killed, it must not run. */
const hasWatchdog: Filter = (spec, { node }) => {
  if (spec.exclusive !== true) return null
  const guards = node.profile?.guards ?? []
  const usable =
    (spec.image !== null && guards.includes('docker')) ||
    (spec.process !== null && guards.includes('process'))
  return usable ? null : 'no watchdog'
}

const hasPorts: Filter = (spec, { isTaken }) => {
  const taken = spec.ports.find((port) => isHostPort(port) && isTaken(`${port.protocol}/${port.published}`))
  return taken === undefined ? null : `port ${taken.published} is taken`
}

const isCounted: Filter = ({ resources }, { isCounted }) =>
  isCounted || resources === undefined ? null : 'what its tasks reserve is not counted yet'

const hasMemory: Filter = (spec, { memoryFreeMb }) =>
  memoryFreeMb >= reservationOf(spec).memoryMb ? null : 'insufficient memory'

const hasProcessors: Filter = (spec, { milliCpusFree }) => {
  const { milliCpus } = reservationOf(spec)
  return milliCpus === 0 || milliCpusFree >= milliCpus ? null : 'insufficient processors'
}

const hasDisk: Filter = (spec, { diskFreeMb }) => {
  const { diskMb } = reservationOf(spec)
  return diskMb === 0 || diskFreeMb >= diskMb ? null : 'insufficient disk'
}

/** What reaches beyond a container needs a word of whoever runs the machine; plain programs are in none. */
const allowsAll: Filter = (spec, { node }) => {
  if (spec.container === undefined && spec.mounts === undefined && spec.devices === undefined) return null
  const { allows = [], runtimes = [] } = node.profile ?? {}
  if (!runtimes.includes('docker')) return null
  const missing = beyondOf(spec).filter((need) => !isAllowed(need, allows))
  return missing.length === 0
    ? null
    : `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not allowed`
}

/** In the order in which a person would ask. */
export const FILTERS: readonly Filter[] = [
  isAlive,
  isStaying,
  hasProfile,
  isFollowing,
  hasRuntime,
  hasWatchdog,
  allowsAll,
  hasPorts,
  isCounted,
  hasMemory,
  hasProcessors,
  hasDisk,
]

/** The first reason why `room` does not fit, or null. */
export const refusal = (spec: ServiceSpec, room: Room): string | null => {
  for (const filter of FILTERS) {
    const reason = filter(spec, room)
    if (reason !== null) return reason
  }
  return null
}

/** "insufficient memory on 2 of 3 nodes, node is dead on 1 of 3 nodes", most frequent first. */
export const countReasons = (reasons: readonly string[], nodes: number): string => {
  if (nodes === 0) return 'the mesh has no nodes'
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([reason, count]) => `${reason} on ${count} of ${nodes} node${nodes === 1 ? '' : 's'}`)
    .join(', ')
}
