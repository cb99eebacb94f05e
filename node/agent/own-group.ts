/** The control group that a task has for itself, as `/proc` tells it. */
import { readFile } from 'node:fs/promises'

/** Hierarchies by how well a group can be killed through them: version 2, then those of version 1. */
const BEST_FIRST = ['', 'freezer', 'pids', 'name=systemd']

/**
 * By the lines of /proc/PID/cgroup (cgroups(7)), as a `KillHandle` has it. The path is cut after the component that bears the name: what a
 * task arranged below is its own. Null where no line bears it.
 */
export const groupOf = (lines: string, name: string): string | null => {
  const found = new Map(
    lines.split('\n').flatMap((line) => {
      const [, names = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
      const components = path.split('/')
      const at = components.findIndex((component) => component.includes(name))
      return at < 0 ? [] : [[names, components.slice(0, at + 1).join('/')] as const]
    }),
  )
  const [names] = [...BEST_FIRST, ...found.keys()].filter((candidate) => found.has(candidate))
  return names === undefined ? null : `${names}:${found.get(names)}`
}

/** The group of that process whose own name bears `name`; null where it is in none, or is not seen here. */
export const groupBearing = async (pid: number, name: string): Promise<string | null> =>
  groupOf(await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => ''), name)
