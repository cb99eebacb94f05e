/** What the processes of tasks use, as `/proc` counts it: all that is in a task's process group. Source: proc(5). */
import { readdir, readFile } from 'node:fs/promises'
import type { TaskId } from '../../../protocols/decisions/index.ts'
import type { TaskUsage } from '../../../protocols/engine/index.ts'

/** Microseconds of a clock tick: USER_HZ is 100 on every Linux. */
const TICK_US = 10_000
/** Nearly every Linux has pages of this size; where they are larger, memory is told too small. */
const PAGE_BYTES = 4_096

interface ProcessUse {
  readonly group: number
  readonly cpuUs: number
  readonly memoryBytes: number
  readonly threads: number
  /** Null where another user's is not told. */
  readonly disk: { readonly readBytes: number; readonly writeBytes: number } | null
}

const numberIn = (text: string, name: string): number =>
  Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0)

/** Null where it ended meanwhile. */
const useOf = async (pid: string): Promise<ProcessUse | null> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    const io = await readFile(`/proc/${pid}/io`, 'latin1').catch(() => null)
    // The name may hold spaces and brackets; what follows it begins with field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const field = (place: number) => Number(fields[place - 3])
    return {
      group: field(5),
      // Of children that ended too: else a shell's work would be forgotten.
      cpuUs: (field(14) + field(15) + field(16) + field(17)) * TICK_US,
      memoryBytes: field(24) * PAGE_BYTES,
      threads: field(20),
      disk:
        io === null
          ? null
          : { readBytes: numberIn(io, 'read_bytes'), writeBytes: numberIn(io, 'write_bytes') },
    }
  } catch {
    return null
  }
}

const sumOf = <Item>(items: readonly Item[], value: (item: Item) => number): number =>
  items.reduce((total, item) => total + value(item), 0)

/** `groups`: of each task that runs, its process group. */
export const usageOfGroups = async (
  groups: ReadonlyMap<TaskId, number>,
  atMs: number,
): Promise<TaskUsage[]> => {
  if (groups.size === 0) return []
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const uses = (await Promise.all(pids.map(useOf))).filter((use) => use !== null)
  return [...groups].map(([task, group]) => {
    const own = uses.filter((use) => use.group === group)
    const disks = own.flatMap(({ disk }) => disk ?? [])
    return {
      task,
      atMs,
      cpuUs: sumOf(own, ({ cpuUs }) => cpuUs),
      memoryBytes: sumOf(own, ({ memoryBytes }) => memoryBytes),
      memoryLimitBytes: null,
      pids: sumOf(own, ({ threads }) => threads),
      pidsLimit: null,
      networkInBytes: null,
      networkOutBytes: null,
      diskReadBytes: disks.length === 0 ? null : sumOf(disks, ({ readBytes }) => readBytes),
      diskWriteBytes: disks.length === 0 ? null : sumOf(disks, ({ writeBytes }) => writeBytes),
    }
  })
}
