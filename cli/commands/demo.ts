/** The main job on one machine: found, join, elect, deploy, lose a machine, read a page. See docs/design/demo.md. */
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fetchThroughGateway } from '../../signaling/client/index.ts'
import { type Cli, type CommandModule, wantsJson } from '../cli.ts'
import { parseCompose } from '../compose/index.ts'
import type { DemoDaemon } from '../demo/daemon-process.ts'
import { holdsImages, NO_ENGINE, removeContainers } from '../demo/docker.ts'
import { killAll, processTree } from '../demo/process-tree.ts'
import { runDemo } from '../demo/run-demo.ts'
import { jsonLine } from '../output.ts'

const DOCKER_SOCKET = '/var/run/docker.sock'

export const demo: CommandModule = (command, cli) => {
  command
    .option('--once', 'end after the last stage instead of staying until Ctrl-C')
    .addHelpText(
      'after',
      `
Everything happens on 127.0.0.1, in a directory of its own, and nothing of it is left behind.

Examples:
  coterie demo
  coterie demo --once --json`,
    )
    .action(async ({ once = false }: { once?: boolean }) => {
      const json = wantsJson(command)
      const say = (line: string) => {
        if (!json) cli.stdout.write(`${line}\n`)
      }
      const warn = (line: string) => {
        cli.stderr.write(`${line}\n`)
      }
      await withSignals((signal) => show(cli, { once, json, say, warn, signal }))
    })
}

interface Showing {
  readonly once: boolean
  readonly json: boolean
  say(line: string): void
  warn(line: string): void
  readonly signal: AbortSignal
}

const show = async (cli: Cli, { once, json, say, warn, signal }: Showing): Promise<void> => {
  const entry = await realpath(process.argv[1] as string)
  const example = join(dirname(entry), '..', 'examples', 'hello', 'compose.yaml')
  const dockerSocket = await engineFor(example)
  const directory = await mkdtemp(join(tmpdir(), 'coterie-demo-'))
  const machine = {
    command: [process.execPath, entry] as const,
    env: cli.machine.env,
    directory,
    dockerSocket,
  }
  const children = new Set<ChildProcess>()
  const daemons: DemoDaemon[] = []
  try {
    const running = await runDemo({ machine, example, fetchPage, say, warn, children, daemons, signal })
    if (json) cli.stdout.write(jsonLine(running.result))
    if (once) return
    const back = await running.bringBack()
    await tellLinks(running.survivors[0] as DemoDaemon, back, say)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    say('Stopping.')
  } finally {
    await cleanUp(daemons, children, dockerSocket, directory)
  }
}

/** The engine's socket where it holds every image of the example already, else where there is none. */
const engineFor = async (example: string): Promise<string> => {
  const { services } = parseCompose(await readFile(example, 'utf8'), example, 'hello')
  const images = services.flatMap(({ image }) => (image === null ? [] : [image]))
  const all = images.length === services.length && (await holdsImages(DOCKER_SOCKET, images))
  return all ? DOCKER_SOCKET : NO_ENGINE
}

const fetchPage = async (gatewayPort: number, service: string): Promise<number> => {
  const response = await fetchThroughGateway({
    gatewayUrl: `http://127.0.0.1:${gatewayPort}`,
    service,
    path: '/',
  })
  let bytes = 0
  for await (const chunk of response.body) bytes += chunk.byteLength
  return bytes
}

const tellLinks = async (asked: DemoDaemon, back: DemoDaemon, say: (line: string) => void): Promise<void> => {
  say(`           ${back.name} is back\n`)
  const { services } = await asked.client.call('GET /v1/services')
  say('Open in a browser on this machine:')
  for (const { name, url } of services) if (url !== null) say(`  ${name.padEnd(8)} ${url}`)
  say('\nAsk the mesh, from another terminal:')
  for (const words of ['ps', 'voters', 'events -f']) {
    say(`  node ${process.argv[1]} ${words} --socket ${asked.ready.socket}`)
  }
  say('\nCtrl-C stops everything and leaves nothing behind.')
}

/** Ends what was started, in order where that works, and deletes what it kept. */
const cleanUp = async (
  daemons: readonly DemoDaemon[],
  children: ReadonlySet<ChildProcess>,
  dockerSocket: string,
  directory: string,
): Promise<void> => {
  const mesh = daemons[0]?.ready.mesh.id
  await Promise.all(daemons.map((daemon) => daemon.stop()))
  for (const child of children) {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    killAll(processTree(child.pid as number))
    await gone
  }
  if (mesh !== undefined && dockerSocket !== NO_ENGINE)
    await removeContainers(dockerSocket, `coterie.mesh=${mesh}`)
  await rm(directory, { recursive: true, force: true, maxRetries: 5 })
}

/** Runs `work` with a signal that the first SIGINT or SIGTERM aborts; being asked to end is no error. */
const withSignals = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const asked = new AbortController()
  const onSignal = () => asked.abort()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal)
  try {
    await work(asked.signal)
  } catch (error) {
    if (!asked.signal.aborted) throw error
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal)
  }
}
