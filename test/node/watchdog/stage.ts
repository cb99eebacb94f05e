/** What watchdog tests stand on: real processes as tasks, real watchdogs, and clients of them; `clear` ends all of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { KillHandle } from '../../../node/ports/watchdog.ts'
import { createWatchdogClient, type WatchdogClient } from '../../../node/watchdog/index.ts'
import { isAlive, statOf } from '../../../node/watchdog/processes.ts'
import { ENTRY } from '../../cli/coterie.ts'
import { eventually } from '../../support/eventually.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { realClock } from '../agent/grounds.ts'

export type GroupHandle = Extract<KillHandle, { type: 'processGroup' }>

export interface Task {
  readonly name: string
  readonly handle: GroupHandle
  /** The leader, then what the script printed. */
  readonly pids: readonly number[]
}

/** The boot clock's far future, for what is not to be killed. */
export const LATER_MS = 60_000

export const isGone = async (pid: number): Promise<boolean> => !isAlive(await statOf(pid))

export const allGone = ({ pids, name }: Task) =>
  eventually(`all of ${name} is gone`, async () => (await Promise.all(pids.map(isGone))).every(Boolean))

export interface Stage {
  readonly dataDir: string
  /** Runs a shell script as a task does; the script prints the pids of its children, then `.`. */
  task(name: string, script?: string): Promise<Task>
  /** Resolves when it guards. */
  watchdog(...words: readonly string[]): Promise<ChildProcess>
  /** By default one that starts nothing. */
  client(startOne?: () => Promise<void>): WatchdogClient
  /** Any other program, with its first output. */
  run(...words: readonly string[]): Promise<{ readonly child: ChildProcess; readonly said: string }>
  clear(): Promise<void>
}

export const end = async (child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  child.kill('SIGCONT')
  await exited
}

export const createStage = async (): Promise<Stage> => {
  const scratch = await scratchDir()
  const children: ChildProcess[] = []
  const tasks: Task[] = []
  const clients: WatchdogClient[] = []

  const run: Stage['run'] = async (...words) => {
    const [program = '', ...args] = words
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    children.push(child)
    const [said] = await Promise.race([
      once(child.stdout, 'data') as Promise<[Buffer]>,
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended: ${code}`))),
    ])
    return { child, said: said.toString() }
  }

  return {
    dataDir: scratch.path,
    run,
    task: async (name, script = 'echo .; sleep 1000') => {
      const variables = { COTERIE_TASK: name, COTERIE_NODE: scratch.path }
      const child = spawn('sh', ['-c', script], {
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, ...variables },
      })
      children.push(child)
      let said = ''
      for await (const chunk of child.stdout) {
        said += chunk
        if (said.includes('.')) break
      }
      const leader = child.pid as number
      const { startTicks } = (await statOf(leader)) ?? { startTicks: 0 }
      const environment = Object.entries(variables).map(([key, value]) => `${key}=${value}`)
      const pids = [leader, ...(said.split('.')[0]?.trim().split(/\s+/).filter(Boolean).map(Number) ?? [])]
      const task: Task = { name, handle: { type: 'processGroup', leader, startTicks, environment }, pids }
      tasks.push(task)
      return task
    },
    watchdog: async (...words) =>
      (await run(process.execPath, ENTRY, 'watchdog', '--data-dir', scratch.path, ...words)).child,
    client: (startOne) => {
      const components = { clock: realClock, logger: silentLogger, startOne: startOne ?? null }
      const client = createWatchdogClient(components, { dataDir: scratch.path })
      clients.push(client)
      return client
    },
    clear: async () => {
      for (const client of clients) await client.close()
      for (const pid of tasks.flatMap(({ pids }) => pids)) {
        if (!(await isGone(pid))) process.kill(pid, 'SIGKILL')
      }
      await Promise.all(children.map((child) => end(child)))
      await scratch.remove()
    },
  }
}
