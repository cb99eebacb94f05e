/** A name server on UDP that knows TXT records and nothing else. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode } from 'dns-packet'

const NO_SUCH_NAME = 3

export interface DnsServer {
  /** `IP:PORT`. */
  readonly address: string
  /** Names that were asked for, in order. */
  readonly asked: readonly string[]
  /** What a name holds from now on, one record each; other names do not exist. */
  set(name: string, records: readonly (string | readonly string[])[]): void
  close(): Promise<void>
}

export const startDnsServer = async (host = '127.0.0.1', port = 0): Promise<DnsServer> => {
  const zone = new Map<string, readonly (string | readonly string[])[]>()
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (packet, { port, address }) => {
    const { id, questions = [] } = decode(packet)
    const name = (questions[0]?.name ?? '').toLowerCase()
    asked.push(name)
    const answers = (zone.get(name) ?? []).map(
      (data): Answer => ({ type: 'TXT', name, ttl: 1, data: data as string[] }),
    )
    const flags = AUTHORITATIVE_ANSWER | (zone.has(name) ? 0 : NO_SUCH_NAME)
    const reply = { type: 'response' as const, ...(id !== undefined && { id }), flags, questions, answers }
    socket.send(encode(reply), port, address)
  })
  socket.bind(port, host)
  await once(socket, 'listening')
  return {
    address: `${host}:${socket.address().port}`,
    asked,
    set: (name, records) => void zone.set(name, records),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
