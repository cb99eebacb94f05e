import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { Logger } from '../ports/logger.ts'
import type { Keeper } from './keeper.ts'
import type { Killer } from './killer.ts'
import { REQUEST_LENGTH_MAX, SILENCE_MS_MAX } from './limits.ts'
import { createLines } from './lines.ts'
import { type Answer, type NumberedRequest, readRequest, type WatchdogView, writeLine } from './words.ts'

/** A sentence for people. */
const REFUSAL_LENGTH_MAX = 500

export interface ServingComponents {
  readonly keeper: Keeper
  readonly killer: Killer
  readonly logger: Logger
  /** As it is told in each answer. */
  readonly yields: boolean
}

/** Answers the requests of one connection in their order, until it ends, is silent for too long, or says what cannot be read. */
export const serve = async (
  { keeper, killer, logger, yields }: ServingComponents,
  socket: Socket,
): Promise<void> => {
  const view = async (): Promise<WatchdogView> => ({
    ...(await killer.ability()),
    pid: process.pid,
    guarded: keeper.list().length,
    yields,
  })
  const answer = async (request: NumberedRequest): Promise<Answer> => {
    const { id } = request
    try {
      if (request.type === 'guard') {
        const refused = await keeper.guard(request.guard)
        if (refused !== null) return { id, refused }
      }
      if (request.type === 'release') await keeper.release(request.task)
      if (request.type === 'seen') await keeper.seen(request)
      if (request.type === 'list') return { id, view: await view(), guards: keeper.list() }
      return { id, view: await view() }
    } catch (error) {
      return { id, refused: `it failed: ${(error as Error).message}`.slice(0, REFUSAL_LENGTH_MAX) }
    }
  }

  const read = createLines(REQUEST_LENGTH_MAX)
  socket.setEncoding('utf8').setTimeout(SILENCE_MS_MAX, () => socket.destroy())
  for (const killed of keeper.unseen()) socket.write(writeLine({ killed }))
  try {
    for await (const text of socket) {
      for (const line of read(text) ?? [null]) {
        const request = line === null ? null : readRequest(line)
        if (request === null) {
          logger.warn({}, 'something spoke to the watchdog that is no daemon: cut')
          return
        }
        // Whoever asks and does not read is not read either, and cut for its silence.
        if (!socket.write(writeLine(await answer(request)))) await once(socket, 'drain')
      }
    }
  } catch {
    // The other side went away.
  } finally {
    socket.destroy()
  }
}
