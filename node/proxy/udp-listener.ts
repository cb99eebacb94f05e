/** A published UDP port on this node: a session for each client, which stays with one task. */
import { createSocket, type RemoteInfo, type Socket, type SocketType } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type { Route } from '../../protocols/proxy/index.ts'
import type { Chosen } from './connect.ts'
import type { OpenDoor } from './door.ts'
import { UDP_IDLE_MS, UDP_SESSIONS_MAX, UDP_WAITING_MAX } from './limits.ts'
import type { ListenerComponents } from './listener.ts'
import { openUdp, tunnelledUdp, type UdpEnd } from './udp-end.ts'

interface Session {
  /** Null while its task is being connected to. */
  end: UdpEnd | null
  waiting: Uint8Array[]
  lastAtMs: number
  close(): void
}

/** Listens once; sessions end with it. Rejects with the system's error. */
export const listenUdp =
  (components: ListenerComponents, route: Route): OpenDoor =>
  async (host, onFailed) => {
    const open = async (type: SocketType, address: string): Promise<Socket> => {
      const socket = createSocket({ type })
      socket.bind({ port: route.published, address, exclusive: true })
      await once(socket, 'listening')
      return socket
    }
    // All addresses: those of both families where the machine has both.
    const socket =
      host !== null
        ? await open(isIPv6(host) ? 'udp6' : 'udp4', host)
        : await open('udp6', '::').catch((error: NodeJS.ErrnoException) => {
            if (error.code !== 'EAFNOSUPPORT') throw error
            return open('udp4', '0.0.0.0')
          })
    const sessions = createSessions(components, route, socket)
    socket.on('message', sessions.onDatagram)
    socket.on('error', onFailed)
    return {
      close: () => {
        sessions.close()
        socket.close()
      },
    }
  }

const createSessions = (components: ListenerComponents, route: Route, socket: Socket) => {
  const { clock, connector, counts } = components
  const sessions = new Map<string, Session>()

  const connectTo = async (chosen: Chosen, session: Session, reply: (datagram: Uint8Array) => void) => {
    const { place } = chosen.task
    const end =
      place === null
        ? tunnelledUdp(await connector.tunnel(chosen.task, 'udp'), counts.dropDatagram)
        : openUdp(place)
    const over = counts.open(place === null ? 'tunnel' : 'local')
    end.onOver(() => {
      over()
      session.close()
    })
    end.onDatagram((datagram) => {
      session.lastAtMs = clock.nowMs()
      reply(datagram)
    })
    return end
  }

  const begin = (key: string, client: RemoteInfo): Session | null => {
    const chosen = sessions.size < UDP_SESSIONS_MAX && counts.hasRoom() ? connector.pick(route) : null
    if (chosen === null) return null
    let cancelIdle = (): void => {}
    const session: Session = {
      end: null,
      waiting: [],
      lastAtMs: clock.nowMs(),
      close: () => {
        if (sessions.get(key) === session) sessions.delete(key)
        cancelIdle()
        chosen.over()
        session.end?.close()
      },
    }
    const look = (): void => {
      const leftMs = session.lastAtMs + UDP_IDLE_MS - clock.nowMs()
      if (leftMs <= 0) session.close()
      else cancelIdle = clock.after(leftMs, look)
    }
    look()
    // A client keeps nothing open: its next datagram goes to another task.
    chosen.carry({ quietMs: () => Number.POSITIVE_INFINITY, end: session.close })
    sessions.set(key, session)
    connectTo(chosen, session, (datagram) => socket.send(datagram, client.port, client.address)).then(
      (end) => {
        session.end = end
        if (sessions.get(key) !== session) return end.close()
        for (const datagram of session.waiting.splice(0)) end.send(datagram)
      },
      () => session.close(),
    )
    return session
  }

  return {
    onDatagram: (datagram: Uint8Array, client: RemoteInfo): void => {
      const key = `${client.address} ${client.port}`
      const session = sessions.get(key) ?? begin(key, client)
      if (session === null) {
        counts.dropDatagram()
        return
      }
      session.lastAtMs = clock.nowMs()
      if (session.end !== null) session.end.send(datagram)
      else if (session.waiting.length < UDP_WAITING_MAX) session.waiting.push(datagram)
      else counts.dropDatagram()
    },
    close: (): void => {
      for (const session of [...sessions.values()]) session.close()
    },
  }
}
