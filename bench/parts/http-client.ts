/** A client of its own process: requests a second over kept connections, or the seconds that a download takes. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const CONNECTIONS = 32
const REQUESTS_MS = 3_000

interface Place {
  readonly host: string
  readonly port: number
}

const open = async ({ host, port }: Place): Promise<Socket> => {
  const socket = connect({ host, port, noDelay: true })
  await once(socket, 'connect')
  return socket
}

/** Asks again as soon as it is answered: the answers are small, and come whole. */
const requests = async (place: Place): Promise<number> => {
  const request = `GET / HTTP/1.1\r\nhost: ${place.host}\r\n\r\n`
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(place)))
  let answers = 0
  for (const socket of sockets) {
    socket.on('data', () => {
      answers += 1
      socket.write(request)
    })
    socket.write(request)
  }
  const fromMs = performance.now()
  await new Promise((resolve) => setTimeout(resolve, REQUESTS_MS))
  const seconds = (performance.now() - fromMs) / 1000
  for (const socket of sockets) socket.removeAllListeners('data').destroy()
  return answers / seconds
}

const download = async (place: Place, bytes: number): Promise<number> => {
  const socket = await open(place)
  const fromMs = performance.now()
  socket.write(`GET /${bytes} HTTP/1.1\r\nhost: ${place.host}\r\nconnection: close\r\n\r\n`)
  let read = 0
  for await (const chunk of socket) read += (chunk as Buffer).byteLength
  if (read < bytes) throw new Error(`${read} of ${bytes} bytes came`)
  return (performance.now() - fromMs) / 1000
}

process.on('message', async (asked: Place & { type: string; bytes?: number }) => {
  process.send?.(asked.type === 'requests' ? await requests(asked) : await download(asked, asked.bytes ?? 0))
})
