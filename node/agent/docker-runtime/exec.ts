/**
 * A command in a container, over one connection that the engine gives up to it: its input goes out, its output comes back, in frames
 * where it has no terminal. Source: Docker Engine API, "Exec start", "Attach to a container".
 */
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { EXEC_PIECE_BYTES_MAX, type ExecStart } from '../../../protocols/engine/index.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Exec, ExecOutput } from '../../ports/engine.ts'
import { groupBearing } from '../own-group.ts'
import { codedError, type Engine, LOOK_TIMEOUT_MS } from './engine.ts'
import { piecesOfFrames } from './frames.ts'

/** Between the end of its terminal, which most programs heed, and SIGKILL. */
const CLOSE_GRACE_MS = 500
/** The engine tells of the end of the output a moment before it knows the exit code. */
const EXIT_CODE_LOOKS = 20
const EXIT_CODE_PAUSE_MS = 50

export interface ExecPlace {
  /** Id of the container. */
  readonly container: string
  readonly engine: Engine
  readonly clock: Clock
}

const pause = (clock: Clock, delayMs: number): Promise<void> =>
  new Promise((resolve) => void clock.after(delayMs, resolve))

async function* bounded(outputs: AsyncIterable<ExecOutput>): AsyncGenerator<ExecOutput> {
  for await (const { stream, bytes } of outputs)
    for (let at = 0; at < bytes.byteLength; at += EXEC_PIECE_BYTES_MAX)
      yield { stream, bytes: bytes.subarray(at, at + EXEC_PIECE_BYTES_MAX) }
}

/** With a terminal all output is one stream of plain bytes. */
async function* piecesOfTerminal(chunks: AsyncIterable<Buffer>): AsyncGenerator<ExecOutput> {
  for await (const bytes of chunks) yield { stream: 'stdout', bytes }
}

/** Begins the command. @throws an `EngineRefusal`, `engineUnreachable` */
export const openExec = async ({ container, engine, clock }: ExecPlace, start: ExecStart): Promise<Exec> => {
  const { command, terminal, input, user, directory, environment } = start
  const isTerminal = terminal !== null
  const call = { timeoutMs: LOOK_TIMEOUT_MS }
  const { id } = await engine.call(call, (docker, abortSignal) =>
    docker.getContainer(container).exec({
      Cmd: command,
      AttachStdin: input,
      AttachStdout: true,
      AttachStderr: true,
      Tty: isTerminal,
      Env: environment,
      ...(user !== null && { User: user }),
      ...(directory !== null && { WorkingDir: directory }),
      abortSignal,
    }),
  )
  const socket: Duplex = await engine.call(call, (docker) =>
    docker.getExec(id).start({ hijack: true, stdin: true, Tty: isTerminal }),
  )
  // Nobody listens before the output is read; its end tells the same.
  socket.on('error', () => {})
  const look = () => engine.call(call, (docker) => docker.getExec(id).inspect())
  const resize: Exec['resize'] = async ({ columns, rows }) => {
    if (isTerminal && !socket.destroyed)
      await engine.call(call, (docker) => docker.getExec(id).resize({ w: columns, h: rows }))
  }
  // A program that ended already has no size.
  if (terminal !== null) await resize(terminal).catch(() => {})

  /** It is ours to kill where this machine sees that its process is in that very container. */
  const kill = async (): Promise<void> => {
    const { Running, Pid } = await look()
    if (!Running || Pid === 0) return
    if ((await groupBearing(Pid, container)) !== null) process.kill(Pid, 'SIGKILL')
  }

  return {
    output: async function* () {
      try {
        const chunks = socket as AsyncIterable<Buffer>
        yield* bounded(isTerminal ? piecesOfTerminal(chunks) : piecesOfFrames(chunks))
      } catch (error) {
        if (!socket.destroyed) throw codedError(error)
      }
    },
    write: async (bytes) => {
      if (!input || !socket.writable || socket.write(bytes)) return
      const closed = new AbortController()
      const onClose = () => closed.abort()
      socket.once('close', onClose)
      await once(socket, 'drain', { signal: closed.signal }).catch(() => {})
      socket.off('close', onClose)
    },
    endInput: () => void socket.end(),
    resize,
    exitCode: async () => {
      for (let looks = 0; looks < EXIT_CODE_LOOKS; looks++) {
        const { Running, ExitCode } = await look()
        if (!Running) return ExitCode
        await pause(clock, EXIT_CODE_PAUSE_MS)
      }
      return null
    },
    close: async () => {
      // What a terminal hangs up with: interrupt, then end of input.
      if (isTerminal && socket.writable) socket.write('\u0003\u0004')
      socket.end()
      await pause(clock, CLOSE_GRACE_MS)
      socket.destroy()
      // Gone by now, or not to be seen from here.
      await kill().catch(() => {})
    },
  }
}
