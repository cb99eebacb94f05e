/** Places for connections, so that one client leaves some to the others. */
import type { Socket } from 'node:net'
import { clientOf } from '../../protocols/addresses/index.ts'
import { CLIENT_CONNECTIONS_MAX } from './limits.ts'

/** Takes a place for the socket until it is closed; a client's next one beyond its places is closed at once. */
export const createPlaces = (): ((socket: Socket) => void) => {
  const taken = new Map<string, number>()
  return (socket) => {
    const client = clientOf(socket.remoteAddress ?? '')
    const count = (taken.get(client) ?? 0) + 1
    if (count > CLIENT_CONNECTIONS_MAX) {
      socket.destroy()
      return
    }
    taken.set(client, count)
    socket.once('close', () => {
      const left = (taken.get(client) ?? 1) - 1
      if (left === 0) taken.delete(client)
      else taken.set(client, left)
    })
  }
}
