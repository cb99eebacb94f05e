/** The control group of a container: seen in `/proc` where it runs, foretold from the engine's ways where it is created. */
import type { TaskId } from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { KillHandle } from '../../ports/watchdog.ts'
import { groupBearing } from '../own-group.ts'

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

/** @throws `killHandleUnknown` */
export const handleOfRunning = async (task: TaskId, id: string, pid: number): Promise<KillHandle> => {
  const path = await groupBearing(pid, id)
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
