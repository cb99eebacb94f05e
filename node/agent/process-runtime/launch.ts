/**
 * Starts a program as the leader of a process group of its own, with a guard shell that ends the group when this
 * process is gone, however it died.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Duplex, Readable } from 'node:stream'

/**
 * The shell leaves the guard shell behind, waits for the word to go on, and becomes the program. The guard shell waits on
 * descriptor 3, whose other end only this process holds, and ignores the signals that ask the group to stop. The word comes
 * on descriptor 4; where this process is gone instead, nothing begins. The program gets neither.
 */
const GUARDED = `(trap '' HUP INT QUIT TERM; exec >/dev/null 2>&1 4<&-; read -r _ <&3; kill -KILL 0) &
read -r _ <&4 || exit 1
exec 3<&- 4<&-
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
  /** Lets the program begin; until then its shell waits. */
  begin(): void
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
  // The guard shell is still in the group, so its number cannot stand for another one yet.
  signalGroup(pid, 'SIGKILL')
  child.stdio[3]?.destroy()
  return { exitCode, signal }
}

/** Resolves when the shell runs, and waits. @throws the system's error when it could not be started */
export const launch = async ({ argv, cwd, env }: Launch): Promise<LaunchedProcess> => {
  const child = spawn('/bin/sh', ['-c', GUARDED, 'coterie-task', ...argv], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  })
  const [, , , held, word] = child.stdio as unknown as [unknown, unknown, unknown, Duplex, Duplex]
  held.on('error', () => {})
  word.on('error', () => {})
  await once(child, 'spawn')
  const pid = child.pid as number
  return {
    pid,
    begin: () => void word.end('\n'),
    stdout: child.stdout as Readable,
    stderr: child.stderr as Readable,
    ended: endOf(child, pid),
    signal: (signal) => void signalGroup(pid, signal),
  }
}
