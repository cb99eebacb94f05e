/** Commands in containers of other nodes: one stream each, which is the life of the command. */
import {
  type ExecRequest,
  execEventCodec,
  execInputCodec,
  execRequestCodec,
} from '../../protocols/engine/index.ts'
import {
  decodeAnswer,
  encodeAnswer,
  encodeErrorAnswer,
  type NodeId,
  PROTOCOLS,
} from '../../protocols/wire/index.ts'
import type { FrameStream, Streams } from '../ports/network.ts'
import type { ExecSession, OpenExec } from './session.ts'

const OPEN_TIMEOUT_MS = 5_000

/** What the other side sends, until its end, which is that of the command too. */
const obey = async (stream: FrameStream, session: ExecSession): Promise<void> => {
  try {
    for (;;) {
      const frame = await stream.read()
      if (frame === null) break
      await session.send(execInputCodec.decode(frame))
    }
  } finally {
    session.close()
  }
}

const serve = async (stream: FrameStream, open: OpenExec): Promise<void> => {
  const asked = await stream.read()
  if (asked === null) return
  try {
    const session = await open(execRequestCodec.decode(asked))
    // A broken stream ends the command, and with it the events.
    obey(stream, session).catch(() => {})
    for await (const event of session.events()) await stream.write(encodeAnswer(execEventCodec.encode(event)))
  } catch (error) {
    await stream.write(encodeErrorAnswer(error)).catch(() => {})
  }
}

/** Lets other members run commands in the containers of this node. */
export const serveExec = (streams: Streams, open: OpenExec): void =>
  streams.handleStream(PROTOCOLS.exec, (stream) => serve(stream, open))

/** Begins a command on another node; what it refuses with is thrown by the events. @throws `peerUnreachable`, `requestTimedOut` */
export const openRemote = async (
  streams: Streams,
  node: NodeId,
  request: ExecRequest,
): Promise<ExecSession> => {
  const stream = await streams.openStream(node, PROTOCOLS.exec, { timeoutMs: OPEN_TIMEOUT_MS })
  try {
    await stream.write(execRequestCodec.encode(request))
  } catch (error) {
    stream.abort()
    throw error
  }
  return {
    events: async function* () {
      try {
        for (;;) {
          const frame = await stream.read()
          if (frame === null) return
          yield execEventCodec.decode(decodeAnswer(frame))
        }
      } finally {
        stream.abort()
      }
    },
    send: async (input) => {
      await stream.write(execInputCodec.encode(input))
    },
    close: () => stream.abort(),
  }
}
