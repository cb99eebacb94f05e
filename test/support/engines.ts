/**
 * Docker engines of the test's own, one in each host of a LAN, with their data in a scratch directory. `remove`
 * ends them with all that they run, however far they came.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createTestImage, docker } from './engine.ts'
import { eventually } from './eventually.ts'
import type { Host } from './netns.ts'
import { scratchDir } from './scratch.ts'

const run = promisify(execFile)

/** An engine ends its containers, its containerd and its mounts on SIGTERM; one that hangs is killed after this. */
const STOP_TIMEOUT_MS = 20_000

export interface HostEngine {
  readonly socketPath: string
  /** Runs the client with this engine. */
  docker(...args: readonly string[]): Promise<string>
}

export interface Engines {
  /** One for each host, in their order. */
  readonly engines: readonly HostEngine[]
  /** Name of an image that all of them have; see `createTestImage`. */
  readonly image: string
  remove(): Promise<void>
}

const startEngine = async (host: Host, directory: string, started: ChildProcess[]): Promise<HostEngine> => {
  await mkdir(directory)
  const socketPath = join(directory, 'd.sock')
  const flags = {
    '--data-root': join(directory, 'data'),
    '--exec-root': join(directory, 'exec'),
    '--pidfile': join(directory, 'pid'),
    '--host': `unix://${socketPath}`,
  }
  const [command, ...args] = [...host.within, 'dockerd', ...Object.entries(flags).flat()] as [
    string,
    ...string[],
  ]
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  started.push(child)
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString('utf8')).slice(-2_000)
  })
  const engine: HostEngine = {
    socketPath,
    docker: (...words) => docker('--host', `unix://${socketPath}`, ...words),
  }
  await eventually('the engine answers', () => {
    if (child.exitCode !== null) throw new Error(log)
    return engine.docker('version')
  })
  return engine
}

const endProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await exited
  clearTimeout(timer)
}

/** What an engine that was killed has left mounted would hinder the removal of its directory. */
const unmountBelow = async (directory: string): Promise<void> => {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '')
  for (const mount of mounts.filter((path) => path.startsWith(`${directory}/`)).reverse())
    await run('umount', ['--lazy', mount])
}

/** Needs `docker` and `netns`. */
export const createEngines = async (hosts: readonly Host[]): Promise<Engines> => {
  const scratch = await scratchDir()
  const started: ChildProcess[] = []
  const engines: HostEngine[] = []
  const remove = async () => {
    for (const engine of engines) {
      const containers = await engine.docker('ps', '--all', '--quiet')
      if (containers !== '') await engine.docker('rm', '--force', ...containers.split('\n'))
    }
    await Promise.all(started.map(endProcess))
    await unmountBelow(scratch.path)
    await scratch.remove()
  }
  try {
    const image = await createTestImage()
    const archive = join(scratch.path, 'image.tar')
    await docker('save', '--output', archive, image.name).finally(image.remove)
    for (const [place, host] of hosts.entries()) {
      const engine = await startEngine(host, join(scratch.path, `e${place}`), started)
      engines.push(engine)
      await engine.docker('load', '--input', archive)
    }
    return { engines, image: image.name, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
