/** Datagrams of one client: a socket with a task of this node, or a stream of datagrams with another node. */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Duplex } from 'node:stream'
import { createDatagramDecoder, encodeDatagram } from '../../protocols/proxy/index.ts'
import { UDP_QUEUE_BYTES_MAX } from './limits.ts'
import type { Place } from './tasks.ts'

/** Where datagrams of one client go, and come from. */
export interface UdpEnd {
  send(datagram: Uint8Array): void
  onDatagram(listener: (datagram: Uint8Array) => void): void
  /** Called once, when nothing comes from it any more. */
  onOver(listener: () => void): void
  close(): void
}

/** With a task of this node. One that listens no more is found out by the answer that the system gives. */
export const openUdp = ({ host, port }: Place): UdpEnd => {
  const socket: Socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  let isOpen = true
  const close = (): void => {
    if (isOpen) socket.close()
    isOpen = false
  }
  let waiting: Uint8Array[] | null = []
  socket.on('error', close)
  socket.connect(port, host, () => {
    for (const datagram of waiting ?? []) socket.send(datagram)
    waiting = null
  })
  return {
    send: (datagram) => {
      if (!isOpen) return
      if (waiting === null) socket.send(datagram)
      else waiting.push(datagram)
    },
    onDatagram: (listener) => void socket.on('message', listener),
    onOver: (listener) => void socket.once('close', listener),
    close,
  }
}

/** With another node, over a tunnel. */
export const tunnelledUdp = (bytes: Duplex, onDropped: () => void): UdpEnd => {
  const decoder = createDatagramDecoder()
  return {
    send: (datagram) => {
      if (bytes.destroyed) return
      if (bytes.writableLength > UDP_QUEUE_BYTES_MAX) onDropped()
      else bytes.write(encodeDatagram(datagram))
    },
    onDatagram: (listener) =>
      void bytes.on('data', (chunk: Uint8Array) => {
        for (const datagram of decoder.push(chunk)) listener(datagram)
      }),
    onOver: (listener) => {
      bytes.once('end', () => bytes.destroy())
      bytes.once('close', listener)
    },
    close: () => void bytes.destroy(),
  }
}

/** A tunnel joined to a task of this node. Returns what ends both. */
export const joinDatagrams = (bytes: Duplex, task: UdpEnd, onDropped: () => void): (() => void) => {
  const client = tunnelledUdp(bytes, onDropped)
  client.onDatagram(task.send)
  task.onDatagram(client.send)
  client.onOver(task.close)
  task.onOver(client.close)
  if (bytes.closed) task.close()
  return client.close
}
