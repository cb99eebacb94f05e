/** Processors and memory, less what control groups keep from this process. */
import type { Limited } from '../../protocols/profile/index.ts'
import type { Machine } from '../ports/machine.ts'
import { controlGroup, memoryLimit, processorLimit } from './parse/control-group.ts'
import { totalMemory } from './parse/memory.ts'
import { processorList } from './parse/processor.ts'
import { fieldOf } from './parse/text.ts'
import { orEmpty, textOf } from './reading.ts'

const limited = (total: number, limits: readonly (number | null)[]): Limited => {
  const lowest = Math.min(...limits.filter((limit) => limit !== null))
  return lowest < total ? { available: lowest, limit: lowest } : { available: total, limit: null }
}

/** Processors that this process may use. @throws Error for what cannot be */
export const askProcessors = async (machine: Machine): Promise<Limited> => {
  const status = await machine.read('/proc/self/status')
  const allowed = processorList(fieldOf(status, 'Cpus_allowed_list') ?? '')
  const online = processorList(await machine.read('/sys/devices/system/cpu/online'))
  const usable = [...online].filter((number) => allowed.has(number)).length
  const limits = (await askGroup(machine, 'cpu')).map(async ({ version, folder }) => {
    if (version === 2) return limitIn(machine, `${folder}/cpu.max`, processorLimit)
    const period = await textOf(machine, `${folder}/cpu.cfs_period_us`)
    return limitIn(machine, `${folder}/cpu.cfs_quota_us`, (quota) =>
      processorLimit(`${quota.trim()} ${orEmpty(period)}`),
    )
  })
  const { available, limit } = limited(usable, await Promise.all(limits))
  return { available, limit: limit ?? (usable < online.size ? usable : null) }
}

/** Bytes of memory. @throws Error for what cannot be */
export const askMemory = async (machine: Machine): Promise<Limited> => {
  const total = totalMemory(await machine.read('/proc/meminfo'))
  const limits = (await askGroup(machine, 'memory')).map(({ version, folder }) =>
    limitIn(machine, `${folder}/${version === 2 ? 'memory.max' : 'memory.limit_in_bytes'}`, memoryLimit),
  )
  return limited(total, await Promise.all(limits))
}

const askGroup = async (machine: Machine, controller: 'cpu' | 'memory') => {
  const group = controlGroup(orEmpty(await textOf(machine, '/proc/self/cgroup')), controller)
  return group === null ? [] : group.folders.map((folder) => ({ version: group.version, folder }))
}

/** A group's own limit; the topmost group, and those that a container does not see, have no such file. */
const limitIn = async (
  machine: Machine,
  path: string,
  parse: (text: string) => number | null,
): Promise<number | null> => {
  const text = await machine.read(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw error
  })
  return text === null ? null : parse(text)
}
