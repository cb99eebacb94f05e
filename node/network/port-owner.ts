/**
 * Who listens on a TCP port, as Linux tells it: /proc/net/tcp gives the socket's inode, /proc/PID/fd the process
 * that holds it (proc(5)). Elsewhere, and for processes of other users, nobody is named.
 */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'

/** State of a listening socket in /proc/net/tcp. */
const LISTEN = '0A'

const listeningInodes = async (table: string, port: number): Promise<string[]> => {
  const text = await readFile(table, 'utf8').catch(() => '')
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN && Number.parseInt(fields[1]?.split(':')[1] ?? '', 16) === port)
    .map((fields) => fields[9] ?? '')
}

const holdsAny = async (pid: string, sockets: ReadonlySet<string>): Promise<boolean> => {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
    if (sockets.has(target)) return true
  }
  return false
}

/** What Node calls every program of its own. */
const NODE_MAIN_THREAD = 'MainThread'

/** The name that the process goes by; that of its executable where it has none of its own. */
const programOf = async (pid: string): Promise<string> => {
  const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim()
  if (name !== NODE_MAIN_THREAD) return name
  return basename(await readlink(`/proc/${pid}/exe`).catch(() => 'node'))
}

/** Names the process that listens on `port`, as in `nginx (process 4711)`, or null where it cannot be told. */
export const portOwner = async (port: number): Promise<string | null> => {
  const inodes = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((table) => listeningInodes(table, port)),
  )
  const sockets = new Set(inodes.flat().map((inode) => `socket:[${inode}]`))
  if (sockets.size === 0) return null
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    if (!(await holdsAny(pid, sockets))) continue
    return `${(await programOf(pid)) || 'a process'} (process ${pid})`
  }
  return null
}
