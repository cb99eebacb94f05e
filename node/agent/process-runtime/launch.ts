/**
 * Starts a program as the leader of a process group of its own, with a watchdog that ends the group when this
 * process is gone, however it died.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

/**
 * The shell leaves the watchdog behind and becomes the program. The watchdog waits on descriptor 3, whose other
 * end only this process holds, and which the program does not get. It ignores the signals that ask the group to stop.
 */
const WATCHDOG = `(trap '' HUP INT QUIT TERM; exec >/dev/null 2>&1; read -r _ <&3; kill -KILL 0) &
exec 3<&-
exec "$@"`

export interface Launch {
  /** The program as an absolute path, then its arguments. */
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

export interface ProcessEnd {
  readonly exitCode: number | null
  readonly signal: string | null
}

export interface LaunchedProcess {
  readonly pid: number
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves when the program is gone; what it left of its group is killed then. */
  readonly ended: Promise<ProcessEnd>
  /** To the whole group; nothing happens where it is gone. */
  signal(signal: NodeJS.Signals): void
}

/** Signals a process group; false where there is none. */
export const signalGroup = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    process.kill(-pid, signal)
    return true
  } catch {
    return false
  }
}

const endOf = async (child: ChildProcess, pid: number): Promise<ProcessEnd> => {
  const [exitCode, signal] = (await once(child, 'exit')) as [number | null, string | null]
  // The watchdog is still in the group, so its number cannot stand for another one yet.
  signalGroup(pid, 'SIGKILL')
  child.stdio[3]?.destroy()
  return { exitCode, signal }
}

/** Resolves when the shell runs. @throws the system's error when it could not be started */
export const launch = async ({ argv, cwd, env }: Launch): Promise<LaunchedProcess> => {
  const child = spawn('/bin/sh', ['-c', WATCHDOG, 'coterie-task', ...argv], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  child.stdio[3]?.on('error', () => {})
  await once(child, 'spawn')
  const pid = child.pid as number
  return {
    pid,
    stdout: child.stdout as Readable,
    stderr: child.stderr as Readable,
    ended: endOf(child, pid),
    signal: (signal) => void signalGroup(pid, signal),
  }
}
