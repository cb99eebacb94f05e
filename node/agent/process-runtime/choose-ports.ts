import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { isIngressPort, type PortSpec } from '../../../protocols/spec/index.ts'
import type { BoundPort } from '../../../protocols/tasks/index.ts'

/** A free port is looked for this often before the machine is taken to have none. */
const TRIES_MAX = 20

/** Binds and lets go again; 0 lets the system choose. @throws the system's error when it is taken */
const tryPort = async (protocol: 'tcp' | 'udp', host: string, port: number): Promise<number> => {
  if (protocol === 'udp') {
    const socket = createSocket('udp4')
    socket.bind(port, host)
    await once(socket, 'listening')
    const chosen = socket.address().port
    await new Promise<void>((resolve) => socket.close(resolve))
    return chosen
  }
  const server = createServer()
  server.listen(port, host)
  await once(server, 'listening')
  const chosen = (server.address() as AddressInfo).port
  await new Promise((resolve) => server.close(resolve))
  return chosen
}

const choosePort = async (spec: PortSpec, taken: ReadonlySet<number>): Promise<number> => {
  const { published, protocol } = spec
  if (published === null || isIngressPort(spec)) {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const port = await tryPort(protocol, '127.0.0.1', 0)
      if (!taken.has(port)) return port
    }
    throw new CoterieError('portInUse', {
      address: '127.0.0.1',
      port: 0,
      owner: 'other programs, as all are',
    })
  }
  try {
    return await tryPort(protocol, '0.0.0.0', published)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new CoterieError(
      'portInUse',
      { address: '0.0.0.0', port: published, owner: null },
      { cause: error },
    )
  }
}

/**
 * The ports that a process is told to listen on: the published one where it is to answer that itself, else one that is free now
 * and not in `taken`. Between this and the program's own listening another program may take it.
 *
 * @throws `portInUse`
 */
export const choosePorts = async (
  ports: readonly PortSpec[],
  taken: ReadonlySet<number>,
): Promise<BoundPort[]> => {
  const bound: BoundPort[] = []
  for (const spec of ports) {
    const present = new Set([...taken, ...bound.map(({ port }) => port)])
    const port = await choosePort(spec, present)
    bound.push({ target: spec.target, host: '127.0.0.1', port, protocol: spec.protocol })
  }
  return bound
}
