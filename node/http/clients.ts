/** Clients of a door that many machines reach: each has its share of connections and of requests, and leaves the rest to the others. */
import type { Socket } from 'node:net'
import { clientOf } from '../../protocols/addresses/index.ts'
import type { Clock } from '../ports/clock.ts'
import {
  CLIENT_CONNECTION_RATE,
  CLIENT_CONNECTIONS_MAX,
  CLIENT_REQUEST_RATE,
  REFUSED_COST,
} from './limits.ts'
import { createRateLimit } from './rate-limit.ts'

export interface Clients {
  /** Gives the connection a place until it is closed, or closes it at once where its client has had its share. */
  enter(socket: Socket): void
  /** Counts a request. Null, or after how many milliseconds its client may send the next one. */
  ask(socket: Pick<Socket, 'remoteAddress'>): number | null
  /** Counts the request as one of somebody who guesses. */
  refused(socket: Pick<Socket, 'remoteAddress'>): void
}

export const createClients = (clock: Pick<Clock, 'nowMs'>): Clients => {
  const places = new Map<string, number>()
  const connections = createRateLimit(clock, CLIENT_CONNECTION_RATE)
  const requests = createRateLimit(clock, CLIENT_REQUEST_RATE)

  const leave = (client: string) => {
    const left = (places.get(client) ?? 1) - 1
    if (left === 0) places.delete(client)
    else places.set(client, left)
  }

  return {
    enter: (socket) => {
      const client = nameOf(socket)
      const taken = places.get(client) ?? 0
      if (taken >= CLIENT_CONNECTIONS_MAX || connections.take(client) !== null) {
        socket.destroy()
        return
      }
      places.set(client, taken + 1)
      socket.once('close', () => leave(client))
    },
    ask: (socket) => requests.take(nameOf(socket)),
    refused: (socket) => void requests.take(nameOf(socket), REFUSED_COST - 1),
  }
}

const nameOf = ({ remoteAddress = '' }: Pick<Socket, 'remoteAddress'>): string => clientOf(remoteAddress)
