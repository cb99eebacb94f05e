/** The control group of a container: seen in `/proc` where it runs, foretold from the engine's ways where it is created. */
import { readFile } from 'node:fs/promises'
import type { TaskId } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { KillHandle } from '../../ports/watchdog.ts'

/** What the engine says of control groups, in the words of its API. */
export interface EngineGroups {
  readonly CgroupDriver?: string
  readonly CgroupVersion?: string
  readonly SecurityOptions?: readonly string[]
}

export interface GroupWays {
  readonly driver: string | undefined
  readonly version: string | undefined
  /** Empty where the container has the engine's default. */
  readonly parent: string
  readonly isRootless: boolean
}

const unknown = (task: TaskId, detail: string) => new CoterieError('killHandleUnknown', { task, detail })

/** Hierarchies by how well they can be killed through: version 2, then those of version 1. */
const BEST_FIRST = ['', 'freezer', 'pids', 'name=systemd']

/**
 * `lines` are those of /proc/PID/cgroup (cgroups(7)). The path is cut after the component that bears the container's id: what the container
 * arranged below is its own. Null where no line bears it: then the pid is another's.
 */
export const groupOfContainer = (lines: string, id: string): string | null => {
  const found = new Map(
    lines.split('\n').flatMap((line) => {
      const [, names = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
      const components = path.split('/')
      const at = components.findIndex((component) => component.includes(id))
      return at < 0 ? [] : [[names, components.slice(0, at + 1).join('/')] as const]
    }),
  )
  const [names] = [...BEST_FIRST, ...found.keys()].filter((candidate) => found.has(candidate))
  return names === undefined ? null : `${names}:${found.get(names)}`
}

/** @throws `killHandleUnknown` */
export const handleOfRunning = async (task: TaskId, id: string, pid: number): Promise<KillHandle> => {
  const path = groupOfContainer(await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''), id)
  if (path === null)
    throw unknown(task, `process ${pid}, as the engine calls it, is not of its container here`)
  return { type: 'cgroup', path }
}

/**
 * Where the container will be, by the defaults of Docker: below `/docker`, or as a scope of systemd below `system.slice`.
 * @throws `killHandleUnknown` where the engine has other ways
 */
export const handleOfCreated = (
  task: TaskId,
  id: string,
  { driver, version, parent, isRootless }: GroupWays,
): KillHandle => {
  if (parent !== '' || isRootless) throw unknown(task, 'where its control group will be is not foretold')
  const names = version === '2' ? '' : 'freezer'
  if (driver === 'cgroupfs') return { type: 'cgroup', path: `${names}:/docker/${id}` }
  if (driver === 'systemd') return { type: 'cgroup', path: `${names}:/system.slice/docker-${id}.scope` }
  throw unknown(task, `the engine keeps control groups by ${driver ?? 'ways that it does not tell'}`)
}
