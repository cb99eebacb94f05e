/** The engine's counters of one container as those of its task. Pure. */
import type { ContainerStats } from 'dockerode'
import type { TaskUsage } from '../../../protocols/engine/index.ts'

const NANO_PER_MICRO = 1_000

/** Null where it is not counted, and where a limit is the kernel's word for none. */
const count = (value: unknown): number | null =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.floor(value) : null

const sumOf = (values: readonly unknown[]): number | null =>
  values.length === 0 ? null : values.reduce<number>((sum, value) => sum + (count(value) ?? 0), 0)

interface IoEntry {
  readonly op: string
  readonly value: number
}

const ioBytes = (stats: ContainerStats, op: string): number | null => {
  const entries = (stats.blkio_stats?.io_service_bytes_recursive ?? []) as readonly IoEntry[]
  return sumOf(entries.filter((entry) => entry.op.toLowerCase() === op).map(({ value }) => value))
}

/** What is used, less what the kernel would give back at once: version 2 calls it `inactive_file`, version 1 `total_inactive_file`. */
const memoryOf = ({ memory_stats: memory }: ContainerStats): number | null => {
  const used = count(memory?.usage)
  const { inactive_file, total_inactive_file } = (memory?.stats ?? {}) as unknown as Record<string, unknown>
  return used === null ? null : Math.max(0, used - (count(total_inactive_file) ?? count(inactive_file) ?? 0))
}

/** `memoryBytes`: of the machine, which the engine tells as the limit of what has none. */
export const usageOf = (
  task: string,
  stats: ContainerStats,
  atMs: number,
  machine: { readonly memoryBytes: number },
): TaskUsage => {
  const networks = Object.values(stats.networks ?? {})
  const limitBytes = count(stats.memory_stats?.limit)
  return {
    task,
    atMs,
    cpuUs: Math.floor((count(stats.cpu_stats?.cpu_usage?.total_usage) ?? 0) / NANO_PER_MICRO),
    memoryBytes: memoryOf(stats),
    memoryLimitBytes: limitBytes === null || limitBytes >= machine.memoryBytes ? null : limitBytes,
    pids: count(stats.pids_stats?.current),
    pidsLimit: count((stats.pids_stats as { readonly limit?: unknown } | undefined)?.limit),
    networkInBytes: sumOf(networks.map(({ rx_bytes }) => rx_bytes)),
    networkOutBytes: sumOf(networks.map(({ tx_bytes }) => tx_bytes)),
    diskReadBytes: ioBytes(stats, 'read'),
    diskWriteBytes: ioBytes(stats, 'write'),
  }
}
