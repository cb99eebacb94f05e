/**
 * A control group of its own for each plain program, where this user can make one: nothing that the program starts leaves it, with
 * setsid(2) or without its variables. It is made below the daemon's own group, which systemd delegates to it.
 */
import { constants } from 'node:fs'
import { access, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDirectory, placeOf } from './control-groups.ts'
import { killControlGroup, meansOf } from './kill-control-group.ts'

/** A killed program is gone within milliseconds; what sleeps uninterruptibly is left to the kernel. */
const TRIES_MAX = 50
const RETRY_MS = 20

/** Of the names of all groups that daemons make. */
const PREFIX = 'coterie-'

export interface TaskGroups {
  /** Puts a process, and with it all that it will start, into a group of that name. Where none can be made, it stays where it is. */
  hold(name: string, pid: number): Promise<void>
  /** Kills what is left in the group, and removes it. What is not there has ended. */
  end(name: string): Promise<void>
}

/** The daemon's own group in the best hierarchy that is mounted here; null where there is none. */
const ownGroup = async (): Promise<string | null> => {
  const lines = (await readFile('/proc/self/cgroup', 'utf8').catch(() => '')).split('\n')
  for (const names of ['', 'freezer']) {
    const line = lines.map((text) => text.replace(/^\d+:/, '')).find((text) => text.startsWith(`${names}:`))
    const place = line === undefined ? null : await placeOf(line)
    if (place !== null) return place
  }
  return null
}

/** Whether a control group can be made here for each plain program. */
export const holdsTaskGroups = async (): Promise<boolean> => {
  const place = await ownGroup()
  if (place === null) return false
  return access(place, constants.W_OK).then(
    () => true,
    () => false,
  )
}

const isRemoved = (directory: string): Promise<boolean> =>
  rmdir(directory).then(
    () => true,
    () => false,
  )

/** Removes what daemons that were killed left behind; the kernel removes none in which anything lives. */
const sweep = async (place: string): Promise<void> => {
  for (const name of await readdir(place).catch(() => []))
    if (name.startsWith(PREFIX)) await isRemoved(join(place, name))
}

const open = async (): Promise<string | null> => {
  const place = await ownGroup()
  if (place !== null) await sweep(place)
  return place
}

/** Removes what killed daemons left behind in the group of this process. */
export const sweepTaskGroups = async (): Promise<void> => void (await open())

/** Nothing is looked at before the first call. */
export const createTaskGroups = (): TaskGroups => {
  let opened: Promise<string | null> | null = null
  const directoryFor = async (name: string): Promise<string | null> => {
    opened ??= open()
    const place = await opened
    return place === null ? null : join(place, `${PREFIX}${name}`)
  }

  const end = async (name: string): Promise<void> => {
    const directory = await directoryFor(name)
    if (directory === null) return
    for (let tries = 0; tries < TRIES_MAX && (await isDirectory(directory)); tries++) {
      const isEmpty = await killControlGroup(directory, await meansOf(directory)).catch(() => false)
      if (isEmpty && (await isRemoved(directory))) return
      await new Promise<void>((resolve) => void setTimeout(resolve, RETRY_MS))
    }
  }

  return {
    hold: async (name, pid) => {
      const directory = await directoryFor(name)
      if (directory === null) return
      await end(name)
      try {
        await mkdir(directory)
        await writeFile(join(directory, 'cgroup.procs'), String(pid))
      } catch {
        // Not root, or nothing of it is ours to write: its process group has to do.
        await isRemoved(directory)
      }
    },
    end,
  }
}
