/**
 * The sockets of one segment. The ear hears questions to everybody, on a port that all daemons of a machine share; the mouth asks
 * from a port of its own, where answers to it come, and answers the questions of others.
 */
import { createSocket, type Socket } from 'node:dgram'
import type { SocketEvents } from '../interface-sockets.ts'
import type { Segment } from './segments.ts'

export interface Asker {
  readonly address: string
  readonly port: number
}

export interface SegmentEvents extends SocketEvents {
  onQuestion(packet: Uint8Array, asker: Asker): void
  onAnswer(packet: Uint8Array): void
}

export interface SegmentSockets {
  /** Sends to everybody. */
  ask(packet: Uint8Array): void
  answer(packet: Uint8Array, asker: Asker): void
  close(): Promise<void>
}

const closed = (socket: Socket | null): Promise<void> =>
  new Promise((resolve) => (socket === null ? resolve() : socket.close(resolve)))

/** Opens both, or the mouth alone where nobody is to be answered. */
export const openSegmentSockets = (
  segment: Segment,
  { port, isFindable }: { readonly port: number; readonly isFindable: boolean },
  events: SegmentEvents,
): SegmentSockets => {
  const { family, local, everybody } = segment
  let ear: Socket | null = null
  let closing: Promise<void> | null = null
  let isReady = false
  /** Asked before the mouth was bound. */
  let waiting: Uint8Array | null = null

  const close = (): Promise<void> => {
    closing ??= Promise.all([closed(mouth), closed(ear)]).then(() => undefined)
    return closing
  }
  const openEar = (): Socket => {
    const socket = createSocket({ type: family, reuseAddr: true })
    socket.on('message', (packet, { address, port: from }) =>
      events.onQuestion(packet, { address, port: from }),
    )
    // Without an ear nobody finds us here, and we still find others.
    const giveUp = (error: Error): void => {
      if (ear !== socket || closing !== null) return
      ear = null
      socket.close()
      events.onWarning(error)
    }
    socket.on('error', giveUp)
    socket.bind(port, everybody, () => {
      if (family === 'udp4' || closing !== null) return
      try {
        socket.addMembership(everybody.split('%')[0] as string, local)
      } catch (error) {
        giveUp(error as Error)
      }
    })
    return socket
  }
  const send = (packet: Uint8Array, toPort: number, address: string): void => {
    if (closing !== null) return
    const onSent = (error: Error | null): void => {
      if (error !== null && closing === null) events.onWarning(error)
    }
    try {
      mouth.send(packet, toPort, address, onSent)
    } catch (error) {
      // A source address can be forged, and nothing can be sent to port 0.
      onSent(error as Error)
    }
  }

  const mouth = createSocket(family)
  mouth.on('message', (packet) => events.onAnswer(packet))
  mouth.on('error', (error) => {
    if (closing !== null) return
    void close()
    events.onFailure(error)
  })
  mouth.bind(0, local, () => {
    if (closing !== null) return
    if (family === 'udp4') mouth.setBroadcast(true)
    isReady = true
    if (waiting !== null) send(waiting, port, everybody)
  })
  if (isFindable) ear = openEar()

  return {
    ask: (packet) => {
      if (isReady) send(packet, port, everybody)
      else waiting = packet
    },
    answer: (packet, { address, port: to }) => {
      if (isReady) send(packet, to, address)
    },
    close,
  }
}
