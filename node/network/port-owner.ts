/**
 * Who listens on a TCP port, as Linux tells it: /proc/net/tcp gives the socket's inode, /proc/PID/fd the process
 * that holds it (proc(5)). Elsewhere, and for processes of other users, nobody is named.
 */
import { readdir, readFile, readlink } from 'node:fs/promises'

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
    const command = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
    return `${command.trim() || 'a process'} (process ${pid})`
  }
  return null
}
