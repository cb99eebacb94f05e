/** One command in a container, as whoever asked for it has it, on whatever node it runs. */
import type { ExecEvent, ExecInput, ExecRequest } from '../../protocols/engine/index.ts'
import type { Exec } from '../ports/engine.ts'

export interface ExecSession {
  /** `opened`, then output, last `ended`. Nothing is read ahead of the consumer, and the command ends with it. */
  events(): AsyncIterable<ExecEvent>
  /** Resolves when there is room for more. What comes too late is dropped. */
  send(input: ExecInput): Promise<void>
  /** Ends the command. */
  close(): void
}

/** A command on this node. */
export const localSession = (opened: Exec): ExecSession => {
  let closing: Promise<void> | null = null
  let isOver = false
  const close = (): Promise<void> => {
    closing ??= isOver ? Promise.resolve() : opened.close()
    return closing
  }
  return {
    events: async function* () {
      try {
        yield { type: 'opened' }
        for await (const { stream, bytes } of opened.output()) yield { type: 'output', stream, bytes }
        isOver = closing === null
        yield { type: 'ended', exitCode: await opened.exitCode() }
      } finally {
        await close()
      }
    },
    send: async (input) => {
      if (input.type === 'input') await opened.write(input.bytes)
      else if (input.type === 'inputEnd') opened.endInput()
      // A program that has ended meanwhile has no terminal.
      else await opened.resize(input.size).catch(() => {})
    },
    close: () => void close(),
  }
}

/** Begins a command on this node. */
export type OpenExec = (request: ExecRequest) => Promise<ExecSession>
