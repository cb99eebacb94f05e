/** A machine is asked in a process of its own, which may hang without anybody else. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Facts } from '../../protocols/profile/index.ts'
import type { AskTask, FromAsking } from './asking-process.ts'

/** `nvidia-smi` takes seconds where the driver was not awake; a person waits no longer than this. */
export const ASK_MS_MAX = 8_000

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const ENTRY = fileURLToPath(new URL(`./asking-process.${EXTENSION}`, import.meta.url))

export interface AskOptions {
  readonly timeoutMs?: number
  /** Ends the asking; it then throws the signal's reason. */
  readonly signal?: AbortSignal
  /** Where programs are found. */
  readonly path?: string
}

/** What was found out within the time; all that was not has that as its reason. */
export const askApart = async (
  task: AskTask,
  { timeoutMs = ASK_MS_MAX, signal, path = process.env.PATH ?? '' }: AskOptions = {},
): Promise<Facts> => {
  const child = fork(ENTRY, [JSON.stringify(task)], {
    // A group of its own, so that the programs that it starts end with it.
    detached: true,
    cwd: '/',
    // No display for programs to open, and nothing secret.
    env: { PATH: path, LC_ALL: 'C' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const found: Partial<Facts> = {}
  try {
    const why = await untilEnd(child, found, timeoutMs, signal)
    signal?.throwIfAborted()
    return { ...allUnknown(why), ...found }
  } finally {
    endGroup(child)
  }
}

/** Gathers what it tells, and resolves with the reason for what it does not. */
const untilEnd = async (
  child: ChildProcess,
  found: Partial<Facts>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<string> => {
  const { promise, resolve } = Promise.withResolvers<string>()
  child.on('message', (message: FromAsking) => {
    if (message === 'end') resolve('it was not asked')
    else Object.assign(found, message)
  })
  child.on('error', (error) => resolve(`the process that asks failed: ${error.message}`))
  // Comes after all that it told, also where it died.
  child.once('disconnect', () => resolve('the process that asks ended before it answered'))
  const timer = setTimeout(resolve, timeoutMs, `no answer came within ${timeoutMs / 1_000} s`)
  const onAbort = () => resolve('')
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) onAbort()
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

const allUnknown = (reason: string): Facts => ({
  cpuModel: { reason },
  cpuCores: { reason },
  memoryBytes: { reason },
  storageBytes: { reason },
  architecture: { reason },
  device: { reason },
  gpus: { reason },
  batteryPowered: { reason },
  temperature: { reason },
})

/** Not waited for: what hangs within the kernel dies when that lets go. */
const endGroup = (child: ChildProcess): void => {
  child.unref()
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended, and all that it started.
  }
  if (child.connected) child.disconnect()
}
