/** Opening and closing the two doors. */
import { once } from 'node:events'
import { chmod } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { makeDirectory } from '../files/index.ts'
import type { PortOwner } from './components.ts'
import { STOP_GRACE_MS } from './limits.ts'
import { claimSocketPath } from './socket-path.ts'

export interface PortPlace {
  readonly host: string
  readonly port: number
}

/** Why a system refuses to listen, in words. */
const REFUSALS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'this user may not listen there',
}

/** Listens on a TCP port and gives the one that it got. @throws `portInUse`, `doorUnusable` */
export const listenOnPort = async (
  server: Server,
  { host, port }: PortPlace,
  portOwner: PortOwner,
): Promise<number> => {
  server.listen({ host, port })
  try {
    await once(server, 'listening')
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE')
      throw new CoterieError(
        'doorUnusable',
        { address: host, port, detail: REFUSALS[code] ?? message },
        { cause: error },
      )
    const owner = await portOwner(port)
    throw new CoterieError('portInUse', { address: host, port, owner }, { cause: error })
  }
  return (server.address() as AddressInfo).port
}

/**
 * Listens on a unix socket that only its owner may use, in a directory of the same kind if it has to be made.
 * A socket file that a dead daemon left is replaced. @throws `socketInUse`, `socketUnusable`
 */
export const listenOnSocket = async (server: Server, path: string): Promise<void> => {
  try {
    await makeDirectory(dirname(path))
    await claimSocketPath(path)
    // Node binds within the call, so the file is never open to others, not even before the next line.
    const mask = process.umask(0o077)
    server.listen({ path })
    process.umask(mask)
    await once(server, 'listening')
    await chmod(path, 0o600)
  } catch (error) {
    if (isCoterieError(error)) throw error
    throw new CoterieError('socketUnusable', { path, detail: (error as Error).message }, { cause: error })
  }
}

export interface Doors {
  /** Of the API, and of whatever else this daemon will serve. */
  readonly ports: readonly PortPlace[]
  readonly socketPath: string
}

/**
 * Opens all doors and closes them again, for a daemon that is about to do what cannot be undone and needs them
 * afterwards. @throws `portInUse`, `doorUnusable`, `socketInUse`, `socketUnusable`
 */
export const checkDoors = async ({ ports, socketPath }: Doors, portOwner: PortOwner): Promise<void> => {
  const opened: Server[] = []
  const open = () => {
    const server = createServer()
    opened.push(server)
    return server
  }
  try {
    for (const place of ports) await listenOnPort(open(), place, portOwner)
    await listenOnSocket(open(), socketPath)
  } finally {
    await Promise.all(opened.map(closeServer))
  }
}

/** Takes no more connections, lets answers under way finish for a moment, then cuts what is left. */
export const closeServer = async (server: Server): Promise<void> => {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  const cut = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS)
  await closed
  clearTimeout(cut)
}
