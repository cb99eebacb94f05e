/** Control groups of version 1 and 2: where the limits of a process stand, and what they say. */

const ROOT = '/sys/fs/cgroup'

/** Deeper than any manager nests them. */
const DEPTH_MAX = 32

export interface ControlGroup {
  readonly version: 1 | 2
  /** The folders of the group and of all above it, which limit it too. Those that a container does not see are missing there. */
  readonly folders: readonly string[]
}

/** The group of a controller, by `/proc/self/cgroup`; null where it has none. */
export const controlGroup = (text: string, controller: 'cpu' | 'memory'): ControlGroup | null => {
  const lines = text.split('\n').map((line) => /^(\d+):([^:]*):(\/.*)$/.exec(line))
  const first = lines.find((line) => line?.[2]?.split(',').includes(controller))
  if (first?.[3] !== undefined) return { version: 1, folders: foldersOf(`${ROOT}/${controller}`, first[3]) }
  const second = lines.find((line) => line?.[1] === '0' && line[2] === '')
  return second?.[3] === undefined ? null : { version: 2, folders: foldersOf(ROOT, second[3]) }
}

const foldersOf = (mount: string, path: string): string[] => {
  const names = path.split('/').filter((name) => name !== '')
  // A path out of the own namespace leads nowhere here.
  if (names.includes('..')) return [mount]
  return Array.from({ length: Math.min(names.length, DEPTH_MAX) + 1 }, (_, depth) =>
    [mount, ...names.slice(0, depth)].join('/'),
  )
}

/** `memory.max` or `memory.limit_in_bytes`; null for no limit. Version 1 says so by a number that no machine has. @throws Error */
export const memoryLimit = (text: string): number | null => {
  const said = text.trim()
  if (said === 'max' || said === '-1') return null
  if (!/^\d{1,20}$/.test(said) || Number(said) === 0)
    throw new Error(`a memory limit says "${said.slice(0, 40)}"`)
  return Number(said) > Number.MAX_SAFE_INTEGER ? null : Number(said)
}

/** Processors of `cpu.max`, as in `150000 100000`, or of a quota and period of version 1; null for no limit. @throws Error */
export const processorLimit = (text: string): number | null => {
  const [quota = '', period = '100000'] = text.trim().split(/\s+/)
  if (quota === 'max' || quota === '-1') return null
  const processors = Number(quota) / Number(period)
  if (!(/^\d{1,12}$/.test(quota) && processors > 0 && Number.isFinite(processors)))
    throw new Error(`a processor limit says "${text.trim().slice(0, 40)}"`)
  return processors
}
