/**
 * Commands in containers, from any node to the one that runs the task; see docs/design/engine.md. Each belongs to the caller who opened
 * it, and ends with the stream of its events.
 */
import { randomBytes } from 'node:crypto'
import type { TaskId } from '../../protocols/decisions/index.ts'
import type { ExecEvent, ExecInput, ExecRequest } from '../../protocols/engine/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { ContainerEngine } from '../ports/engine.ts'
import type { Logger } from '../ports/logger.ts'
import type { Streams } from '../ports/network.ts'
import { openRemote, serveExec } from './remote.ts'
import { type ExecSession, localSession, type OpenExec } from './session.ts'

/** Commands in the containers of one node, and such as one node has asked for: more is a script gone wild. */
export const EXECS_MAX = 32

export interface ExecComponents {
  readonly self: NodeId
  readonly streams: Streams
  readonly engine: Pick<ContainerEngine, 'exec'>
  /** The node that has that task; null where the log knows none. */
  nodeOf(task: TaskId): NodeId | null
  /** Whether a task of this node runs in a container. */
  isContained(task: TaskId): boolean
  readonly logger: Logger
}

/** What a caller is told: the first event names the command, for its input. */
export type ExecTold =
  | Exclude<ExecEvent, { type: 'opened' }>
  | { readonly type: 'opened'; readonly exec: string }

export interface Execs {
  /**
   * The signal is aborted when the caller is gone. @throws `taskUnknown`, `execsTooMany`, `execUnsupported`, `execFailed`,
   * `engineUnreachable`, `peerUnreachable`; of another node these come with the events
   */
  open(request: ExecRequest, by: string, signal: AbortSignal): Promise<AsyncIterable<ExecTold>>
  /** Resolves when there is room for more. @throws `execUnknown`, `peerUnreachable` */
  send(exec: string, by: string, input: ExecInput): Promise<void>
}

export const createExecs = (components: ExecComponents): Execs => {
  const { self, streams, engine, nodeOf, isContained, logger } = components
  const asked = new Map<string, { readonly by: string; readonly session: ExecSession }>()
  let served = 0

  const openHere: OpenExec = async ({ task, ...start }) => {
    if (served >= EXECS_MAX) throw new CoterieError('execsTooMany', { execsMax: EXECS_MAX })
    if (!isContained(task)) throw new CoterieError('execUnsupported', { task })
    served += 1
    let isHeld = true
    const release = () => {
      if (isHeld) served -= 1
      isHeld = false
    }
    try {
      return releasing(localSession(await engine.exec(task, start)), release)
    } catch (error) {
      release()
      throw error
    }
  }

  async function* told(exec: string, session: ExecSession): AsyncGenerator<ExecTold> {
    for await (const event of session.events()) {
      if (event.type === 'opened') yield { type: 'opened', exec }
      else yield event
    }
  }

  serveExec(streams, openHere)

  return {
    open: async (request, by, signal) => {
      const node = nodeOf(request.task)
      if (node === null) throw new CoterieError('taskUnknown', { task: request.task })
      if (asked.size >= EXECS_MAX) throw new CoterieError('execsTooMany', { execsMax: EXECS_MAX })
      const session = node === self ? await openHere(request) : await openRemote(streams, node, request)
      // Not what it is: its words may hold secrets.
      logger.info({ task: request.task, node, by }, 'somebody runs a command in a container')
      const exec = randomBytes(16).toString('hex')
      asked.set(exec, { by, session })
      const end = () => {
        asked.delete(exec)
        session.close()
      }
      // It comes with the end of the answer too, whoever ended it.
      signal.addEventListener('abort', end, { once: true })
      if (signal.aborted) end()
      return told(exec, session)
    },
    send: async (exec, by, input) => {
      const found = asked.get(exec)
      if (found === undefined || found.by !== by) throw new CoterieError('execUnknown', { exec })
      await found.session.send(input)
    },
  }
}

/** Gives a place back when the command ends, or is ended. */
const releasing = (session: ExecSession, release: () => void): ExecSession => ({
  ...session,
  events: async function* () {
    try {
      yield* session.events()
    } finally {
      release()
    }
  },
  close: () => {
    release()
    session.close()
  },
})
