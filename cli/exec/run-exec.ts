/** A command in a container, bound to this terminal: what is typed goes in, what it writes comes out, and it ends with this program. */
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { ExecInputRequest, ExecRequestBody } from '../../protocols/control/index.ts'
import type { Cli } from '../cli.ts'
import type { Client } from '../client.ts'

/** As many bytes as one request carries. */
const PIECE_BYTES_MAX = 32 * 1024

/** The parts of a terminal's streams that Node tells apart by type alone. */
interface TerminalIn {
  setRawMode?(raw: boolean): void
}
interface TerminalOut extends Writable {
  readonly columns?: number
  readonly rows?: number
}

export const sizeOf = (stdout: TerminalOut) => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 })

const write = async (stream: Writable, bytes: Buffer): Promise<void> => {
  if (!stream.write(bytes) && !stream.destroyed) await once(stream, 'drain').catch(() => {})
}

/** Sends what is typed, piece after piece, so that a program that does not read slows the typing and nothing else. */
const pump = async (cli: Cli, send: (input: ExecInputRequest) => Promise<void>): Promise<void> => {
  for await (const chunk of cli.stdin) {
    const bytes = Buffer.from(chunk)
    for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES_MAX)
      await send({ type: 'input', data: bytes.subarray(at, at + PIECE_BYTES_MAX).toString('base64') })
  }
  await send({ type: 'inputEnd' })
}

/** Resolves with the exit code; null where nobody can tell. @throws whatever the daemon answers with */
export const runExec = async (
  client: Client,
  cli: Cli,
  task: string,
  body: ExecRequestBody,
): Promise<number | null> => {
  const stdin = cli.stdin as TerminalIn
  const stdout = cli.stdout as TerminalOut
  const isTerminal = body.terminal !== null
  let exec = ''
  const send = async (input: ExecInputRequest): Promise<void> => {
    await client.call('POST /v1/execs/:exec/input', { params: { exec }, body: input })
  }
  const resize = () => void send({ type: 'resize', size: sizeOf(stdout) }).catch(() => {})
  const begin = () => {
    if (isTerminal) {
      stdin.setRawMode?.(true)
      stdout.on('resize', resize)
    }
    // The command may end while something is typed: that is for nobody then.
    if (body.input) pump(cli, send).catch(() => {})
  }
  try {
    const given = { params: { task }, body }
    for await (const line of client.stream('POST /v1/tasks/:task/exec', given, cli.outputClosed)) {
      if (line.type === 'opened') {
        exec = line.exec
        begin()
      } else if (line.type === 'output') {
        const to = line.stream === 'stderr' ? cli.stderr : cli.stdout
        await write(to, Buffer.from(line.data, 'base64'))
      } else return line.exitCode
    }
    return null
  } finally {
    if (isTerminal) {
      stdin.setRawMode?.(false)
      stdout.off('resize', resize)
    }
    cli.stdin.destroy()
  }
}
