import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { DaemonReady } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Client, createClient } from '../client.ts'
import { killAll, processTree } from './process-tree.ts'

/** How long a daemon may take to stop in order before it is killed. */
const STOP_MS_MAX = 15_000

/** Lines of the log that are shown when a daemon ends before it is ready. */
const LOG_LINES_MAX = 10

export interface DemoDaemon {
  readonly name: string
  readonly ready: DaemonReady
  readonly client: Client
  /** The daemon and whatever it started, ended with SIGKILL as a cut of the power would. */
  kill(): Promise<void>
  /** Asks it to stop, and kills it when it does not. */
  stop(): Promise<void>
}

export interface DemoMachine {
  /** The command that `coterie` is: the program and its first argument. */
  readonly command: readonly [string, string]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly directory: string
  readonly dockerSocket: string
}

/** The caller's environment without any setting of ours, as `--config-dir` leads to no file: a configured machine shows the same. */
const plainEnvironment = (env: DemoMachine['env']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('COTERIE_'),
    ),
  )

const flagsOf = ({ directory, dockerSocket }: DemoMachine, name: string): string[] => [
  '--json',
  ...['--data-dir', join(directory, name), '--config-dir', join(directory, name), '--node-name', name],
  ...['--listen', '127.0.0.1:0', '--api-port', '0', '--gateway-port', '0'],
  ...['--processes', 'on', '--docker-socket', dockerSocket, '--log-level', 'warn', '--watchdog', 'external'],
]

const untilReady = (child: ChildProcess, name: string, signal: AbortSignal): Promise<DaemonReady> =>
  new Promise((resolve, reject) => {
    const log: string[] = []
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      log.push(line)
      if (log.length > LOG_LINES_MAX) log.shift()
    })
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', (line) =>
      resolve(JSON.parse(line)),
    )
    child.once('error', reject)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    // After `close` all that it wrote has been read, its last words among it.
    child.once('close', () => reject(new CoterieError('demoDaemonEnded', { name, detail: log.join(' | ') })))
  })

/**
 * Starts one daemon and resolves when it is ready. `children` holds it from the first moment on, so that it can be ended.
 * @throws `demoDaemonEnded`, the signal's reason
 */
export const startDemoDaemon = async (
  machine: DemoMachine,
  name: string,
  token: string | null,
  isFounder: boolean,
  { children, signal }: { readonly children: Set<ChildProcess>; readonly signal: AbortSignal },
): Promise<DemoDaemon> => {
  signal.throwIfAborted()
  const [program, entry] = machine.command
  const child = spawn(
    program,
    [entry, 'up', ...(isFounder ? ['--init', '--mesh-name', 'demo'] : []), ...flagsOf(machine, name)],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...plainEnvironment(machine.env), ...(token === null ? {} : { COTERIE_TOKEN: token }) },
    },
  )
  children.add(child)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  gone.then(() => children.delete(child))
  const ready = await untilReady(child, name, signal)
  const kill = () => {
    if (child.exitCode === null && child.signalCode === null) killAll(processTree(child.pid as number))
    return gone
  }
  return {
    name,
    ready,
    client: createClient({ place: async () => ({ socketPath: ready.socket }) }),
    kill,
    stop: async () => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => void kill(), STOP_MS_MAX)
      await gone
      clearTimeout(timer)
    },
  }
}
