/**
 * The daemon's end of the socket: requests with a deadline each, a heartbeat, and a new connection, or a new watchdog,
 * where the present one is missed.
 */
import type { Socket } from 'node:net'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import { createHang } from './hang.ts'
import { ANSWER_LENGTH_MAX, ANSWER_MS_MAX, HEARTBEAT_MS, START_AGAIN_MS } from './limits.ts'
import { createLines } from './lines.ts'
import { connectTo } from './meeting-place.ts'
import { type Killed, type Reply, type Request, readAnswer, type WatchdogView, writeLine } from './words.ts'

export interface LinkComponents {
  readonly clock: Clock
  readonly logger: Logger
  /** Starts a watchdog for this directory; null where that is somebody else's part. */
  readonly startOne: (() => Promise<void>) | null
  onKilled(killed: Killed): void
}

export interface Link {
  /** The answer, with how the watchdog is; `refused` is why it does not do it. @throws `watchdogSilent` */
  ask(request: Request): Promise<Reply>
  /** As of the last answer; null while nobody answers. */
  view(): WatchdogView | null
  close(): void
}

const silent = (detail: string) => new CoterieError('watchdogSilent', { detail })

/** Why nobody was reached: a name without anybody behind it is what an ended watchdog leaves. */
const reasonOf = ({ code, message }: NodeJS.ErrnoException, dataDir: string): string =>
  code === 'ENOENT' || code === 'ECONNREFUSED' ? `none runs for ${dataDir}; start coterie watchdog` : message

export const openLink = ({ clock, logger, startOne, onKilled }: LinkComponents, dataDir: string): Link => {
  const waiting = new Map<number, (reply: Reply | CoterieError) => void>()
  const hang = createHang({ clock, logger })
  let connecting: Promise<Socket> | null = null
  let present: Socket | null = null
  let view: WatchdogView | null = null
  let startedAtMs = Number.NEGATIVE_INFINITY
  /** It took a request and did not answer in time. */
  let isHung = false
  let lastId = 0
  let isClosed = false
  let cancelBeat: () => void = () => {}

  const settle = (id: number, reply: Reply | CoterieError): void => {
    waiting.get(id)?.(reply)
    waiting.delete(id)
  }
  const drop = (detail: string): void => {
    if (present !== null && !isClosed) logger.warn({ detail }, 'the watchdog is missed')
    present?.destroy()
    present = null
    view = null
    for (const id of [...waiting.keys()]) settle(id, silent(detail))
  }
  const take = (line: string): void => {
    const answer = readAnswer(line)
    if (answer === null) drop('it says what is no answer')
    else if ('killed' in answer) onKilled(answer.killed)
    else {
      if ('view' in answer) {
        view = answer.view
        hang.answered(view.pid)
      }
      isHung = false
      settle(answer.id, answer)
    }
  }

  const follow = (socket: Socket): void => {
    const read = createLines(ANSWER_LENGTH_MAX)
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      const lines = read(text)
      if (lines === null) return drop('it says what is no answer')
      for (const line of lines) take(line)
    })
    socket.on('error', () => {})
    socket.once('close', () => {
      if (present === socket) drop('it closed the connection')
    })
  }

  /** Has one started where that is due; it takes the place of one that hangs, and ends at once beside one that answers. */
  const start = async (): Promise<void> => {
    if (startOne === null || clock.nowMs() - startedAtMs < START_AGAIN_MS) return
    startedAtMs = clock.nowMs()
    await startOne()
  }

  const connect = async (): Promise<Socket> => {
    if (isHung) await start().catch(() => {})
    try {
      return await connectTo(dataDir)
    } catch {
      await start()
      return await connectTo(dataDir)
    }
  }

  /** The present connection, or the next one; concurrent callers share it. */
  const reach = (): Promise<Socket> => {
    if (present !== null) return Promise.resolve(present)
    connecting ??= connect()
      .then((socket) => {
        if (isClosed) socket.destroy()
        else {
          present = socket
          follow(socket)
        }
        return socket
      })
      .finally(() => {
        connecting = null
      })
    return connecting
  }

  const ask = (request: Request): Promise<Reply> => {
    lastId += 1
    const id = lastId
    return new Promise((resolve, reject) => {
      let sentAtMs = Number.POSITIVE_INFINITY
      const cancel = clock.after(ANSWER_MS_MAX, () => {
        settle(id, silent(`there was no answer within ${ANSWER_MS_MAX} ms; one that hangs is replaced soon`))
        // One that was reached late has had no time to answer: the heartbeat tells whether it will.
        if (clock.nowMs() - sentAtMs < ANSWER_MS_MAX / 2) return
        isHung = true
        // Where this daemon starts watchdogs, the next one takes the place of one that hangs.
        if (startOne === null) void hang.silent()
        drop('it hangs')
      })
      waiting.set(id, (reply) => {
        cancel()
        if (reply instanceof CoterieError) reject(reply)
        else resolve(reply)
      })
      reach().then(
        (socket) => {
          if (!waiting.has(id)) return
          sentAtMs = clock.nowMs()
          socket.write(writeLine({ id, ...request }))
        },
        (error: NodeJS.ErrnoException) => settle(id, silent(reasonOf(error, dataDir))),
      )
    })
  }

  const beat = async (): Promise<void> => {
    await ask({ type: 'look' }).catch(() => {})
    if (!isClosed) cancelBeat = clock.after(HEARTBEAT_MS, () => void beat())
  }
  void beat()

  return {
    ask,
    view: () => view,
    close: () => {
      isClosed = true
      cancelBeat()
      drop('the daemon stops')
    },
  }
}
