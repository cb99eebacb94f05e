/** This process and the machine under it. What a system does not tell, as one without `/proc`, is left out. */
import { readdir, readFile } from 'node:fs/promises'
import { availableParallelism, freemem, totalmem } from 'node:os'
import type { Clock } from '../ports/clock.ts'
import type { Metric, Sample } from '../ports/metrics.ts'
import { createUsage } from './usage.ts'

const MICROSECONDS = 1e6
const KIBIBYTE = 1024

const readText = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)

const scoped = (scope: 'daemon' | 'machine', value: number | null): Sample[] =>
  value === null ? [] : [{ labels: { scope }, value }]

/** The first line of `/proc/stat`: what all processors did, in ticks; null where it does not begin so. */
export const readProcessors = (stat: string): { readonly busy: number; readonly whole: number } | null => {
  const [name, ...ticks] = (stat.split('\n', 1)[0] as string).split(/ +/)
  // What guests used is counted as the user's already.
  const [user, nice, system, idle, iowait = 0, ...others] = ticks.slice(0, 8).map(Number)
  if (name !== 'cpu' || user === undefined || nice === undefined || system === undefined) return null
  if (idle === undefined) return null
  const busy = [user, nice, system, ...others].reduce((sum, each) => sum + each, 0)
  return { busy, whole: busy + idle + iowait }
}

/** How much of the machine is used, and how much of that by this daemon. */
export const machineMetrics = (clock: Clock): Metric[] => {
  const ofDaemon = createUsage()
  const ofMachine = createUsage()
  return [
    {
      name: 'coterie_cpu_usage_percent',
      help: 'Use of all processors since the last scrape, by this daemon and by the whole machine; 100 is every processor busy',
      type: 'gauge',
      labels: ['scope'],
      read: async () => {
        const stat = await readText('/proc/stat')
        const processors = stat === null ? null : readProcessors(stat)
        const atMs = clock.nowMs()
        const { user, system } = process.cpuUsage()
        const whole = process.uptime() * MICROSECONDS * availableParallelism()
        return [
          ...scoped('daemon', ofDaemon({ atMs, busy: user + system, whole })),
          ...scoped('machine', processors === null ? null : ofMachine({ atMs, ...processors })),
        ]
      },
    },
    {
      name: 'coterie_memory_usage_bytes',
      help: 'Memory in use: resident of this daemon, and of the whole machine what is not available',
      type: 'gauge',
      labels: ['scope'],
      read: () => [
        ...scoped('daemon', process.memoryUsage.rss()),
        ...scoped('machine', totalmem() - freemem()),
      ],
    },
  ]
}

/** Bytes of a field of `/proc/self/status`. */
const statusBytes = async (field: string): Promise<number | null> => {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec((await readText('/proc/self/status')) ?? '')
  return found === null ? null : Number(found[1]) * KIBIBYTE
}

const filesMax = async (): Promise<number | null> => {
  const found = /^Max open files\s+(\d+)/m.exec((await readText('/proc/self/limits')) ?? '')
  return found === null ? null : Number(found[1])
}

const filesOpen = async (): Promise<number | null> => {
  const open = await readdir('/proc/self/fd').catch(() => null)
  // One of them is that by which they were listed.
  return open === null ? null : open.length - 1
}

const gauge = (name: string, help: string, read: Metric['read']): Metric => ({
  name,
  help,
  type: 'gauge',
  read,
})

/** The process, by the names of prom-client's default set that dashboards know. */
export const processMetrics = (): Metric[] => {
  const startedAtS = Math.round(Date.now() / 1000 - process.uptime())
  const cpuSeconds = (kind: string, micros: () => number): Metric => ({
    name: `process_cpu_${kind}seconds_total`,
    help: `Processor time of this process, ${kind === '' ? 'in all' : `as ${kind.slice(0, -1)}`}`,
    type: 'counter',
    read: () => micros() / MICROSECONDS,
  })
  return [
    cpuSeconds('user_', () => process.cpuUsage().user),
    cpuSeconds('system_', () => process.cpuUsage().system),
    cpuSeconds('', () => process.cpuUsage().user + process.cpuUsage().system),
    gauge('process_start_time_seconds', 'When this process started, since 1970', () => startedAtS),
    gauge('process_resident_memory_bytes', 'Resident memory of this process', () =>
      process.memoryUsage.rss(),
    ),
    gauge('process_virtual_memory_bytes', 'Virtual memory of this process', () => statusBytes('VmSize')),
    gauge('process_open_fds', 'Open files and sockets', filesOpen),
    gauge('process_max_fds', 'How many files and sockets this process may open', filesMax),
    gauge('nodejs_heap_size_total_bytes', 'Heap that V8 has taken', () => process.memoryUsage().heapTotal),
    gauge('nodejs_heap_size_used_bytes', 'Heap in use', () => process.memoryUsage().heapUsed),
    gauge(
      'nodejs_external_memory_bytes',
      "Memory of buffers, outside V8's heap",
      () => process.memoryUsage().external,
    ),
    {
      name: 'nodejs_version_info',
      help: 'Always 1; the version of Node',
      type: 'gauge',
      labels: ['version'],
      read: () => [{ labels: { version: process.version }, value: 1 }],
    },
  ]
}
