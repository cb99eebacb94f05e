/** Docker Swarm on the engine of this machine: one node, made for the measurement and left afterwards. */
import { request } from 'node:http'
import { docker } from '../../test/support/engine.ts'
import { eventually } from '../../test/support/eventually.ts'

const ENGINE_SOCKET = '/var/run/docker.sock'

/** A registry that refuses at once: Swarm asks it before it takes the image that is here, and loses no time so. */
const NO_REGISTRY = '127.0.0.1:1'

/** Networks that an engine makes when it becomes a Swarm node and does not all remove. */
const BRIDGE = 'docker_gwbridge'

const ask = (method: string, path: string, body?: unknown): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const asked = request({ socketPath: ENGINE_SOCKET, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString('utf8')
        if ((response.statusCode ?? 500) >= 400) reject(new Error(answer))
        else resolve(answer.startsWith('{') || answer.startsWith('[') ? JSON.parse(answer) : null)
      })
    })
    asked.on('error', reject)
    asked.end(text)
  })

export interface Swarm {
  /** Milliseconds from the request for a service of `replicas` to all of them running; the service is gone afterwards. */
  deployMs(name: string, command: readonly string[], replicas: number): Promise<number>
  close(): Promise<void>
}

/** Rejects, with the engine's words, where it takes no part in Swarm, or does already. */
export const createSwarm = async (image: string): Promise<Swarm> => {
  const hadBridge = (await docker('network', 'ls', '--quiet', '--filter', `name=${BRIDGE}`)) !== ''
  const tag = `${NO_REGISTRY}/${image}`
  await docker('swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', '127.0.0.1')
  await docker('tag', image, tag)
  const containersOf = (name: string) =>
    docker('ps', '--all', '--quiet', '--filter', `label=com.docker.swarm.service.name=${name}`)
  return {
    deployMs: async (name, command, replicas) => {
      const filters = encodeURIComponent(JSON.stringify({ service: [name] }))
      const startMs = performance.now()
      await ask('POST', '/services/create', {
        Name: name,
        TaskTemplate: { ContainerSpec: { Image: tag, Command: command, Init: true } },
        Mode: { Replicated: { Replicas: replicas } },
      })
      await eventually(`${replicas} running tasks of Swarm`, async () => {
        const tasks = (await ask('GET', `/tasks?filters=${filters}`)) as { Status: { State: string } }[]
        return tasks.filter(({ Status }) => Status.State === 'running').length === replicas
      })
      const tookMs = performance.now() - startMs
      await docker('service', 'rm', name)
      await eventually('the containers of Swarm are gone', async () => (await containersOf(name)) === '')
      return tookMs
    },
    close: async () => {
      await docker('swarm', 'leave', '--force')
      await docker('rmi', tag)
      if (!hadBridge) await docker('network', 'rm', BRIDGE)
    },
  }
}
