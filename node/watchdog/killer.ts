/** What can be killed on this machine, and the kill itself: one way in for both kinds of handles. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { KillHandle } from '../ports/watchdog.ts'
import { bootMs } from './boot.ts'
import { directoryOf, groupMounts, pidsIn, seesHierarchy } from './control-groups.ts'
import { type GroupMeans, killControlGroup, meansOf, obstacleOf } from './kill-control-group.ts'
import { isLeaderAlive, killProcessGroup, obstacleOfGroup } from './kill-process-group.ts'
import { HEARTBEAT_MS } from './limits.ts'
import { mayKillOthers, statOf } from './processes.ts'

/** By runtime: null where its tasks can be killed here, else why not. */
export interface Ability {
  readonly docker: string | null
  readonly process: string | null
  /** What ends containers on this machine, in words for people. */
  readonly means: string
}

export interface Killer {
  ability(): Promise<Ability>
  /** Null where this very handle could be killed now; else why not, as the end of a sentence. */
  obstacle(handle: KillHandle): Promise<string | null>
  /** One attempt; true where nothing of it is left. */
  kill(handle: KillHandle): Promise<boolean>
  /** Whether something lives there again, after all of it was killed. */
  isBack(handle: KillHandle): Promise<boolean>
}

const WORDS: Record<GroupMeans, string> = {
  'cgroup.kill': 'cgroup.kill',
  'cgroup.freeze': 'the freezer of cgroup v2',
  'freezer.state': 'the freezer of cgroup v1',
  pids: 'the list of their pids',
}

/** By any group of the hierarchy: the root has none of these files. */
const meansBelow = async (directory: string): Promise<GroupMeans> => {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  const child = entries.find((entry) => entry.isDirectory())
  return child === undefined ? 'pids' : meansOf(join(directory, child.name))
}

const BEST_FIRST: readonly GroupMeans[] = ['cgroup.kill', 'cgroup.freeze', 'freezer.state', 'pids']

const dockerObstacle = async (mounted: boolean): Promise<string | null> => {
  if (!mounted) return 'no control groups are mounted where the watchdog runs'
  if (await mayKillOthers()) return null
  return `the watchdog runs as user ${process.getuid?.()} without CAP_KILL and may not kill containers`
}

const ability = async (): Promise<Ability> => {
  const mounts = await groupMounts()
  const found = await Promise.all(mounts.map(({ directory }) => meansBelow(directory)))
  const best = BEST_FIRST.find((means) => found.includes(means)) ?? 'pids'
  return {
    docker: await dockerObstacle(mounts.length > 0),
    process: (await statOf(process.pid)) === null ? 'there is no /proc where the watchdog runs' : null,
    means: WORDS[best],
  }
}

/** What is mounted and allowed hardly changes; it is looked at again for the next heartbeat. */
const createAbility = (): (() => Promise<Ability>) => {
  let known: Promise<Ability> | null = null
  let knownAtMs = 0
  return () => {
    if (known === null || bootMs() - knownAtMs >= HEARTBEAT_MS) {
      knownAtMs = bootMs()
      known = ability()
    }
    return known
  }
}

export const createKiller = (): Killer => ({
  ability: createAbility(),
  obstacle: async (handle) => {
    if (handle.type === 'processGroup') return obstacleOfGroup(handle)
    const directory = await directoryOf(handle.path)
    if (directory !== null) return obstacleOf(directory)
    if (await seesHierarchy(handle.path)) return (await ability()).docker
    return `there are no control groups of the kind ${handle.path} where the watchdog runs`
  },
  kill: async (handle) => {
    if (handle.type === 'processGroup') return killProcessGroup(handle)
    const directory = await directoryOf(handle.path)
    if (directory === null) return seesHierarchy(handle.path)
    return killControlGroup(directory, await meansOf(directory))
  },
  isBack: async (handle) => {
    if (handle.type === 'processGroup') return isLeaderAlive(handle)
    const directory = await directoryOf(handle.path)
    return directory !== null && (await pidsIn(directory)).length > 0
  },
})
