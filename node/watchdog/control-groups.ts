/** Where control groups are in the file system, by `/proc/self/mountinfo`; both versions, also mounted side by side. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface GroupMount {
  /** Controllers and names of version 1, as in `/proc/PID/cgroup`; version 2 has none. */
  readonly controllers: readonly string[]
  /** Which part of the hierarchy stands there. */
  readonly root: string
  readonly directory: string
}

/** Spaces and the like are written as octal numbers in mountinfo. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)))

/** One line: `id parent major:minor root directory options [optional ...] - type source options` (proc(5)). */
const parseMount = (line: string): GroupMount | null => {
  const [before = '', after = ''] = line.split(' - ')
  const [, , , root = '', directory = ''] = before.split(' ')
  const [type, , options = ''] = after.split(' ')
  if (type !== 'cgroup' && type !== 'cgroup2') return null
  const place = { root: unescaped(root), directory: unescaped(directory) }
  return { controllers: type === 'cgroup2' ? [] : options.split(','), ...place }
}

/** Empty where none are mounted. */
export const groupMounts = async (): Promise<GroupMount[]> => {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => parseMount(line) ?? [])
}

/** The names before the colon of a line without its number. */
const isOf = ({ controllers }: GroupMount, names: string): boolean =>
  names === '' ? controllers.length === 0 : names.split(',').every((name) => controllers.includes(name))

const below = (root: string, path: string): string | null => {
  if (root === '/') return path
  return path === root || path.startsWith(`${root}/`) ? path.slice(root.length) : null
}

export const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/** `names:path`; a line without a colon names nothing that is mounted. */
const partsOf = (line: string): { readonly names: string; readonly path: string } => {
  const [, names = '?', path = ''] = /^([^:]*):(.*)$/.exec(line) ?? []
  return { names, path }
}

const isBelowRoot = (path: string): boolean => /^(\/[^/]+)+$/.test(path) && !path.split('/').includes('..')

/** The directory of a line of `/proc/PID/cgroup` without its number; null where it is not there, or not seen from here. */
export const placeOf = async (line: string): Promise<string | null> => {
  const { names, path } = partsOf(line)
  for (const mount of await groupMounts()) {
    const rest = isOf(mount, names) ? below(mount.root, path) : null
    if (rest !== null && (await isDirectory(join(mount.directory, rest)))) return join(mount.directory, rest)
  }
  return null
}

/** As `placeOf`, and null for whatever is not a group below the root of its hierarchy. */
export const directoryOf = async (line: string): Promise<string | null> =>
  isBelowRoot(partsOf(line).path) ? placeOf(line) : null

/** True where the hierarchy of the group is mounted here, so that a group which is not there has gone. */
export const seesHierarchy = async (line: string): Promise<boolean> => {
  const { names, path } = partsOf(line)
  return isBelowRoot(path) && (await groupMounts()).some((mount) => isOf(mount, names))
}

/** The group and all below it. */
export const groupTree = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  const children = entries.filter((entry) => entry.isDirectory())
  return [
    directory,
    ...(await Promise.all(children.map(({ name }) => groupTree(join(directory, name))))).flat(),
  ]
}

/** Every process in the group or below it; 0 stands for one of another namespace of pids. Gone groups have none. */
export const pidsIn = async (directory: string): Promise<number[]> => {
  const lists = await Promise.all((await groupTree(directory)).map(readPids))
  return [...new Set(lists.flat())]
}

/** Threaded groups refuse to be read (EOPNOTSUPP): the group above lists what they hold. */
const NOT_LISTED = new Set(['ENOENT', 'ENODEV', 'EOPNOTSUPP', 'ENOTSUP'])

const readPids = async (group: string): Promise<number[]> => {
  try {
    const list = await readFile(join(group, 'cgroup.procs'), 'latin1')
    return list.split('\n').flatMap((line) => (line === '' ? [] : [Number(line)]))
  } catch (error) {
    if (NOT_LISTED.has((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
