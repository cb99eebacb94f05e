/** Streams of bytes for bulk: a frame each way, by which they are asked for and granted, and then bytes alone. */
import type { Duplex } from 'node:stream'
import type { Connection, Stream } from '@libp2p/interface'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import {
  decodeAnswer,
  encodeAnswer,
  encodeErrorAnswer,
  encodeFrame,
  type NodeId,
  type ProtocolId,
  STRANGER_FRAME_BYTES_MAX,
} from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Bulk, BytesHandler, RequestOptions } from '../ports/network.ts'
import type { BulkConnections } from './bulk-connections.ts'
import { ByteStream } from './byte-stream.ts'
import { unreachable, withDeadline } from './deadline.ts'
import { REQUEST_READ_TIMEOUT_MS, TUNNELS_PER_PEER_MAX } from './limits.ts'
import type { Protocols } from './protocols.ts'

export interface BulkComponents {
  readonly logger: Logger
  readonly clock: Clock
  readonly connections: BulkConnections
  readonly protocols: Protocols
}

const LENGTH_BYTES = 4

/** The opening, and what grants or refuses it, is as short as what a stranger may say. */
const OPENING_BYTES_MAX = STRANGER_FRAME_BYTES_MAX

/** Exactly so many bytes, and not one more of what follows. Rejects where the stream ends before. */
const take = async (bytes: Duplex, count: number): Promise<Uint8Array> => {
  const taken = new Uint8Array(count)
  for (let filled = 0; filled < count; ) {
    const part: Uint8Array | null = bytes.read(Math.min(count - filled, bytes.readableLength))
    if (part !== null) {
      taken.set(part, filled)
      filled += part.byteLength
      continue
    }
    if (bytes.readableEnded || bytes.destroyed)
      throw bytes.errored ?? new Error('it closed the stream without a word')
    await new Promise<void>((resolve) => {
      const events = ['readable', 'end', 'close'] as const
      const done = (): void => {
        for (const event of events) bytes.off(event, done)
        resolve()
      }
      for (const event of events) bytes.on(event, done)
    })
  }
  return taken
}

const readFrame = async (bytes: Duplex): Promise<Uint8Array> => {
  const header = await take(bytes, LENGTH_BYTES)
  const length = new DataView(header.buffer, header.byteOffset, LENGTH_BYTES).getUint32(0)
  if (length > OPENING_BYTES_MAX)
    throw new CoterieError('frameTooLarge', { bytes: length, bytesMax: OPENING_BYTES_MAX })
  return take(bytes, length)
}

export class BulkStreams implements Bulk {
  readonly #components: BulkComponents

  constructor(components: BulkComponents) {
    this.#components = components
  }

  openBytes(to: NodeId, protocol: ProtocolId, opening: Uint8Array, options: RequestOptions): Promise<Duplex> {
    const { clock } = this.#components
    return withDeadline(clock, { peer: to, protocol }, options, async (signal) => {
      const bytes = await this.#open(to, protocol, signal)
      const giveUp = (): void => void bytes.destroy()
      signal.addEventListener('abort', giveUp, { once: true })
      try {
        bytes.write(encodeFrame(opening))
        decodeAnswer(await readFrame(bytes))
        return bytes
      } catch (error) {
        bytes.destroy()
        throw isCoterieError(error) ? error : unreachable(to, error)
      } finally {
        signal.removeEventListener('abort', giveUp)
      }
    })
  }

  handleBytes(protocol: ProtocolId, handler: BytesHandler): void {
    const { connections, protocols } = this.#components
    protocols.handleRaw(protocol, TUNNELS_PER_PEER_MAX, (stream, connection) => {
      const bytes = hushed(new ByteStream(stream))
      bytes.once('close', connections.hold(connection))
      void this.#answer(connection.remotePeer.toString(), protocol, bytes, handler)
    })
  }

  async #open(to: NodeId, protocol: ProtocolId, signal: AbortSignal): Promise<Duplex> {
    const connection = await this.#components.connections.connect(to, signal)
    const release = this.#components.connections.hold(connection)
    try {
      const bytes = hushed(new ByteStream(await newStream(connection, protocol, signal)))
      bytes.once('close', release)
      return bytes
    } catch (error) {
      release()
      throw error
    }
  }

  async #answer(from: NodeId, protocol: ProtocolId, bytes: Duplex, handler: BytesHandler): Promise<void> {
    const { clock, logger } = this.#components
    const cancel = clock.after(REQUEST_READ_TIMEOUT_MS, () => bytes.destroy())
    try {
      const opening = await readFrame(bytes).finally(cancel)
      const carry = await handler(from, opening)
      if (bytes.destroyed) return carry(bytes)
      bytes.write(encodeFrame(encodeAnswer(new Uint8Array(0))))
      carry(bytes)
    } catch (error) {
      if (bytes.destroyed) return
      if (!isCoterieError(error)) logger.warn({ error, peer: from, protocol }, 'a bulk stream failed')
      bytes.end(encodeFrame(encodeErrorAnswer(error)))
      bytes.resume()
    }
  }
}

/** One whose failure nobody waits for ends nothing else. */
const hushed = (bytes: Duplex): Duplex => bytes.on('error', () => {})

const newStream = async (
  connection: Connection,
  protocol: ProtocolId,
  signal: AbortSignal,
): Promise<Stream> => {
  const stream = await connection.newStream([protocol], { signal, maxOutboundStreams: TUNNELS_PER_PEER_MAX })
  if (!signal.aborted) return stream
  stream.abort(new Error('it opened too late'))
  throw signal.reason
}
