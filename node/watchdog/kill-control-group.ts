/** The end of all processes in a control group, by what this kernel offers for it. */
import { access, constants, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDirectory, pidsIn } from './control-groups.ts'
import { couldKill, sendKill } from './processes.ts'

/** What ends a control group, best first; the names of the kernel's own files, or `pids` for one process after the other. */
export type GroupMeans = 'cgroup.kill' | 'cgroup.freeze' | 'freezer.state' | 'pids'

/** A group freezes within milliseconds, unless a process sleeps uninterruptibly: then what can be killed is killed. */
const FREEZE_MS_MAX = 200
const FREEZE_LOOK_MS = 5

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  )

export const meansOf = async (directory: string): Promise<GroupMeans> => {
  for (const file of ['cgroup.kill', 'cgroup.freeze', 'freezer.state'] as const)
    if (await isWritable(join(directory, file))) return file
  return 'pids'
}

/** Null where the group can be killed; else why not. */
export const obstacleOf = async (directory: string): Promise<string | null> => {
  const pids = await pidsIn(directory)
  if (pids.includes(process.pid)) return `the watchdog itself is in the control group ${directory}`
  if ((await meansOf(directory)) === 'cgroup.kill') return null
  if (pids.includes(0))
    return 'its processes are in another namespace of pids, and there is no cgroup.kill to write to'
  const forbidden = pids.find((pid) => couldKill(pid) === 'forbidden')
  return forbidden === undefined ? null : `the watchdog's user may not kill process ${forbidden}`
}

/** A hint to the kernel that may come too late: the group may be gone. */
const write = (directory: string, file: string, word: string): Promise<void> =>
  writeFile(join(directory, file), word).catch(() => {})

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, delayMs))

/** Runs `act` while nothing in the group can fork or leave, or as good as that goes. */
const whileFrozen = async (
  {
    freeze,
    thaw,
    isFrozen,
  }: Record<'freeze' | 'thaw', () => Promise<void>> & { isFrozen(): Promise<boolean> },
  act: () => Promise<void>,
): Promise<void> => {
  try {
    for (let waitedMs = 0; waitedMs < FREEZE_MS_MAX; waitedMs += FREEZE_LOOK_MS) {
      await freeze()
      if (await isFrozen()) break
      await pause(FREEZE_LOOK_MS)
    }
    await act()
  } finally {
    await thaw()
  }
}

const reads = async (directory: string, file: string, wanted: RegExp): Promise<boolean> =>
  wanted.test(await readFile(join(directory, file), 'latin1').catch(() => ''))

const killPids = async (directory: string): Promise<void> => {
  for (const pid of await pidsIn(directory)) if (pid > 0) sendKill(pid)
}

/** One attempt by the given means. True where nothing is left. */
export const killControlGroup = async (directory: string, means: GroupMeans): Promise<boolean> => {
  if (means === 'cgroup.kill') await write(directory, 'cgroup.kill', '1')
  else if (means === 'cgroup.freeze')
    await whileFrozen(
      {
        freeze: () => write(directory, 'cgroup.freeze', '1'),
        thaw: () => write(directory, 'cgroup.freeze', '0'),
        isFrozen: () => reads(directory, 'cgroup.events', /^frozen 1$/m),
      },
      () => killPids(directory),
    )
  else if (means === 'freezer.state')
    await whileFrozen(
      {
        freeze: () => write(directory, 'freezer.state', 'FROZEN'),
        thaw: () => write(directory, 'freezer.state', 'THAWED'),
        isFrozen: () => reads(directory, 'freezer.state', /^FROZEN$/m),
      },
      () => killPids(directory),
    )
  else await killPids(directory)
  return !(await isDirectory(directory)) || (await pidsIn(directory)).length === 0
}
