/** A way to the Docker engine of this machine that a test takes away and gives back; the engine itself goes on. */
import { rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** As the client has it. */
const ENGINE_SOCKET = process.env.DOCKER_HOST?.replace(/^unix:\/\//, '') ?? '/var/run/docker.sock'

export interface EngineWire {
  /** Lets the engine answer at the path. */
  join(): Promise<void>
  /** Ends all that is under way, and there is no such socket any more. */
  cut(): Promise<void>
}

/** A wire to the engine at the unix socket `path`, cut at first. */
export const createEngineWire = (path: string): EngineWire => {
  const sockets = new Set<Socket>()
  let server: Server | null = null
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    return socket
  }
  return {
    join: async () => {
      const joined = createServer((near) => {
        const far = keep(connect(ENGINE_SOCKET))
        keep(near).pipe(far).pipe(near)
        near.on('close', () => far.destroy())
        far.on('close', () => near.destroy())
      })
      server = joined
      await new Promise<void>((resolve) => joined.listen(path, resolve))
    },
    cut: async () => {
      const closed = new Promise<void>((resolve) =>
        server === null ? resolve() : server.close(() => resolve()),
      )
      for (const socket of sockets) socket.destroy()
      await closed
      server = null
      await rm(path, { force: true })
    },
  }
}
