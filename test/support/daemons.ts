/**
 * Real daemons as child processes of a test or a benchmark: each with its own directory below one scratch
 * directory, free ports, and loopback only. `close` ends all of them and deletes all of it, whatever happened.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { CreatedToken, DaemonReady, TokenRequest } from '../../protocols/control/index.ts'
import { scratchDir } from './scratch.ts'

const CLI = fileURLToPath(new URL('../../cli/coterie.js', import.meta.url))

/** How long a daemon may take to be ready, on a machine that does other things too. */
const READY_TIMEOUT_MS = 120_000

/** Log lines kept of each daemon, to be shown when something goes wrong. */
const LOG_LINES_MAX = 200

/** For all machines of a test. */
const INVITATION: TokenRequest = { ttlMs: 3_600_000, uses: 100, role: 'full' }

export interface RunningDaemon {
  readonly name: string
  readonly dataDir: string
  readonly process: ChildProcess
  readonly ready: DaemonReady
  /** Where it answers published ports: each daemon has an address of loopback of its own. */
  readonly publishAddress: string
  /** Milliseconds from the start of the process to its ready line. */
  readonly startMs: number
  /** The last lines of its log. */
  readonly log: readonly string[]
  /** GET of the API over the unix socket; the parsed body. */
  get(path: string): Promise<unknown>
  post(path: string, body: unknown): Promise<unknown>
  /** A join token, for as many machines as a test may have unless `terms` say otherwise. */
  invite(terms?: Partial<TokenRequest>): Promise<string>
  /** Sends a signal and resolves when the process is gone. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

export interface StartDaemon {
  readonly name: string
  readonly found?: boolean
  readonly token?: string
  readonly flags?: readonly string[]
  /** Runs the command inside something else, such as a network namespace. */
  readonly within?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly listen?: string
  /** The command of another version of the program. */
  readonly cli?: readonly string[]
}

const ask = (socketPath: string, method: string, path: string, body: unknown): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers =
      text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const asked = request({ socketPath, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const answer: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
        if ((response.statusCode ?? 500) < 400) resolve(answer)
        else reject(new Error(JSON.stringify(answer)))
      })
    })
    asked.on('error', reject)
    asked.end(text)
  })

const firstLine = (child: ChildProcess, log: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const giveUp = (why: string) => reject(new Error(`${why}\n${log.join('\n')}`))
    const timer = setTimeout(() => giveUp('the daemon was not ready in time'), READY_TIMEOUT_MS)
    child.once('exit', (code, signal) => giveUp(`the daemon ended (${code ?? signal}) before it was ready`))
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', (line) => {
      clearTimeout(timer)
      resolve(line)
    })
  })

export interface Daemons {
  readonly path: string
  start(options: StartDaemon): Promise<RunningDaemon>
  /** Founds with the first name and joins with the others, all on 127.0.0.1. */
  mesh(...names: string[]): Promise<RunningDaemon[]>
  close(): Promise<void>
}

/** `shared`: variables of every daemon, for settings that are not a test's subject. */
export const createDaemons = async (
  cli: readonly string[] = [process.execPath, CLI],
  shared: Readonly<Record<string, string>> = {},
): Promise<Daemons> => {
  const scratch = await scratchDir()
  const children = new Set<ChildProcess>()
  let started = 0

  const start = async (options: StartDaemon): Promise<RunningDaemon> => {
    const { name, found = false, token, flags = [], within = [], env = {}, listen = '127.0.0.1:0' } = options
    const program = options.cli ?? cli
    const dataDir = join(scratch.path, name)
    started += 1
    const publishAddress = `127.0.0.${started}`
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    const [command, ...args] = [...within, ...program, 'up', ...(found ? ['--init'] : [])] as [
      string,
      ...string[],
    ]
    const ports = ['--api-port', '0', '--gateway-port', '0', '--listen', listen]
    const child = spawn(
      command,
      [...args, '--json', '--data-dir', dataDir, '--node-name', name, ...ports, ...flags],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          NO_COLOR: '1',
          // One more process for each daemon, for those who test it.
          COTERIE_WATCHDOG: 'external',
          // Inside a namespace a daemon has all addresses for itself.
          ...(within.length === 0 && { COTERIE_PUBLISH_ADDRESS: publishAddress }),
          // Nothing of the configuration of whoever runs the tests.
          COTERIE_CONFIG_DIR: scratch.path,
          ...(token === undefined ? {} : { COTERIE_TOKEN: token }),
          ...shared,
          ...env,
        },
      },
    )
    children.add(child)
    const log: string[] = []
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      log.push(line)
      if (log.length > LOG_LINES_MAX) log.shift()
    })
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
    exited.then(() => children.delete(child))
    const startedAtMs = performance.now()
    const ready = JSON.parse(await firstLine(child, log)) as DaemonReady
    return {
      name,
      dataDir,
      process: child,
      ready,
      publishAddress,
      startMs: performance.now() - startedAtMs,
      log,
      get: (path) => ask(ready.socket, 'GET', path, undefined),
      post: (path, body) => ask(ready.socket, 'POST', path, body),
      invite: async (terms = {}) => {
        const wanted = { ...INVITATION, ...terms }
        const { text } = (await ask(ready.socket, 'POST', '/v1/tokens', wanted)) as CreatedToken
        return text
      },
      end: (signal) => {
        child.kill(signal)
        return exited
      },
    }
  }

  return {
    path: scratch.path,
    start,
    mesh: async (...names) => {
      const [founder, ...others] = names
      const first = await start({ name: founder as string, found: true })
      const token = await first.invite()
      return [first, ...(await Promise.all(others.map((name) => start({ name, token }))))]
    },
    close: async () => {
      const gone = [...children].map((child) => new Promise((resolve) => child.once('exit', resolve)))
      for (const child of children) {
        child.kill('SIGCONT')
        child.kill('SIGKILL')
      }
      await Promise.all(gone)
      await scratch.remove()
    },
  }
}
