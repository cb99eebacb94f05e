/** Whether the watchdog of a daemon lives beside it: able to outlive it, and to see what it runs. */
import { readFile, readlink } from 'node:fs/promises'
import { nameOf, statOf } from './processes.ts'
import type { WatchdogView } from './words.ts'

/** The control group of a process by every hierarchy; empty where it cannot be seen. */
const groupsOf = (pid: number | 'self'): Promise<string> =>
  readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')

/** Which namespace of that kind a process is in; `unseen` where there is no such process, null where it is not told. */
const namespaceOf = (pid: number | 'self', kind: string): Promise<string | null> =>
  readlink(`/proc/${pid}/ns/${kind}`).catch(({ code }: NodeJS.ErrnoException) =>
    code === 'ENOENT' ? 'unseen' : null,
  )

const differs = async (pid: number, kind: string): Promise<boolean> => {
  const [own, other] = [await namespaceOf('self', kind), await namespaceOf(pid, kind)]
  return own !== null && other !== null && own !== other
}

/** First processes that end with the program which they were given: `docker run --init` and the like. */
const BRIEF_INITS = new Set(['docker-init', 'tini', 'podman-init', 'catatonit', 'dumb-init'])
const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'busybox'])

/** The init with which everything here ends once this process does; null where the first process outlives it. */
const briefInit = async (): Promise<string | null> => {
  let parent = process.ppid
  // An entry script waits for its last command.
  while (parent > 1 && SHELLS.has(await nameOf(parent))) parent = (await statOf(parent))?.parent ?? 0
  const name = parent === 1 ? await nameOf(parent) : ''
  return BRIEF_INITS.has(name) ? name : null
}

/** Why the watchdog is of no use to this daemon; null where it is. */
export const obstacleBeside = async ({ pid }: WatchdogView): Promise<string | null> => {
  if (process.pid === 1)
    return 'the daemon is the first process here, and all others end with it: start it by coterie watchdog -- coterie up'
  const init = await briefInit()
  if (init !== null)
    return `${init} ends with the daemon, and all others here with it: start it by coterie watchdog -- coterie up`
  if ((await differs(pid, 'pid')) || (await differs(pid, 'cgroup')))
    return 'it is in another namespace than the daemon, and does not see what runs here'
  const own = await groupsOf('self')
  if (/\.service$/m.test(own) && own === (await groupsOf(pid)))
    return 'it runs in the systemd unit of the daemon and would be stopped with it: use the unit coterie-watchdog'
  return null
}
