/** The process: its place, its keeper, its connections, and its end. */
import type { Socket } from 'node:net'
import type { Logger } from '../ports/logger.ts'
import { bootMs, readBootId } from './boot.ts'
import { openGuardFile } from './guard-file.ts'
import { createKeeper, type Keeper } from './keeper.ts'
import type { Killer } from './killer.ts'
import { CONNECTIONS_MAX } from './limits.ts'
import { type MeetingPlace, takePlace } from './meeting-place.ts'
import { serve } from './serve.ts'
import { writeLine } from './words.ts'

export interface WatchdogComponents {
  readonly killer: Killer
  readonly logger: Logger
}

export interface WatchdogInit {
  readonly dataDir: string
  /** Null: it stays. Else it yields its place, and ends by itself once nobody has been here for so long and nothing is guarded. */
  readonly lingerMs: number | null
}

export interface RunningWatchdog {
  /** Resolves when it has ended: by `stop`, by itself, or because another one took the directory. */
  readonly ended: Promise<void>
  /** Resolves once every lease has lapsed, and all of it was killed, or once this watchdog has ended. */
  allLapsed(): Promise<void>
  stop(): Promise<void>
}

const LAPSED_LOOK_MS = 50

/** Starts the watchdog of a data directory; it guards at once what an earlier one guarded. @throws `watchdogRunning`, `watchdogUnusable` */
export const startWatchdog = async (
  { killer, logger }: WatchdogComponents,
  { dataDir, lingerMs }: WatchdogInit,
): Promise<RunningWatchdog> => {
  const sockets = new Set<Socket>()
  const started = Promise.withResolvers<Keeper>()
  const ended = Promise.withResolvers<void>()
  const yields = lingerMs !== null
  let busyAtMs = bootMs()

  const onConnection = async (socket: Socket): Promise<void> => {
    socket.on('error', () => {})
    if (sockets.size >= CONNECTIONS_MAX) return void socket.destroy()
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      busyAtMs = bootMs()
    })
    await serve({ keeper: await started.promise, killer, logger, yields }, socket)
  }
  const file = openGuardFile(dataDir, await readBootId())
  const place: MeetingPlace = await takePlace({ dataDir, yields }, (socket) => void onConnection(socket))
  const keeper = createKeeper({ killer, file, nowMs: bootMs, isOwner: place.isOwner, logger })
  let lingering: NodeJS.Timeout | undefined
  let stopping: Promise<void> | null = null

  const stop = (): Promise<void> => {
    clearInterval(lingering)
    keeper.stop()
    process.off('SIGCONT', keeper.look)
    for (const socket of sockets) socket.destroy()
    stopping ??= place.close().finally(ended.resolve)
    return stopping
  }
  keeper.onKilled((killed) => {
    for (const socket of sockets) socket.write(writeLine({ killed }))
  })
  keeper.onLost(() => {
    logger.warn({}, 'another watchdog has taken this data directory')
    void stop()
  })
  // It was stopped and goes on: deadlines may have passed meanwhile.
  process.on('SIGCONT', keeper.look)
  await keeper.start()
  started.resolve(keeper)
  const endIfIdle = (lingerMs: number): void => {
    if (sockets.size > 0 || !keeper.isDone()) busyAtMs = bootMs()
    if (bootMs() - busyAtMs >= lingerMs) void stop()
  }
  if (lingerMs !== null) lingering = setInterval(endIfIdle, lingerMs / 10, lingerMs)
  logger.info(
    { guarded: keeper.list().length, ...(await killer.ability()) },
    'the watchdog guards this directory',
  )

  return {
    ended: ended.promise,
    allLapsed: () =>
      new Promise((resolve) => {
        const timer = setInterval(() => {
          if (keeper.isWaiting() && stopping === null) return
          clearInterval(timer)
          resolve()
        }, LAPSED_LOOK_MS)
      }),
    stop,
  }
}
