/**
 * The socket by which a daemon finds the watchdog of its data directory, and by which the watchdogs of one directory are told apart:
 * it is whom the path names. See docs/design/watchdog.md, "The socket".
 */
import { once } from 'node:events'
import { constants } from 'node:fs'
import { chmod, type FileHandle, open, rename, stat, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import { makeDirectory } from '../files/index.ts'
import { ANSWER_LENGTH_MAX, REPLACED_MS } from './limits.ts'
import { createLines } from './lines.ts'
import { readAnswer, type WatchdogView, writeLine } from './words.ts'

const NAME = 'watchdog.sock'
/** A disk that does not even tell what a name stands for must not keep the watchdog from killing. */
const LOOK_MS_MAX = 500

/** A path below the directory that fits into a socket's address, which holds 107 bytes, however long the directory's is. */
const below = ({ fd }: FileHandle, name: string): string => `/proc/self/fd/${fd}/${name}`

const openDirectory = (dataDir: string): Promise<FileHandle> =>
  open(dataDir, constants.O_RDONLY | constants.O_DIRECTORY)

/** Connects to the watchdog of a data directory. @throws the system's error where there is none */
export const connectTo = async (dataDir: string): Promise<Socket> => {
  const directory = await openDirectory(dataDir)
  const socket = connect({ path: below(directory, NAME) })
  try {
    await once(socket, 'connect')
    return socket
  } finally {
    await directory.close()
  }
}

/** The watchdog that answers in time; one that is there and does not is as good as none. */
const present = async (dataDir: string): Promise<WatchdogView | null> => {
  const socket = await connectTo(dataDir).catch(() => null)
  if (socket === null) return null
  const timer = setTimeout(() => socket.destroy(), REPLACED_MS)
  const read = createLines(ANSWER_LENGTH_MAX)
  try {
    socket.setEncoding('utf8').write(writeLine({ id: 0, type: 'look' }))
    for await (const text of socket) {
      for (const line of read(text) ?? []) {
        const answer = readAnswer(line)
        if (answer !== null && 'view' in answer) return answer.view
      }
    }
  } catch {
    // It went away.
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
  return null
}

export interface MeetingPlace {
  /** False once the path names another watchdog, or nothing. */
  isOwner(): Promise<boolean>
  close(): Promise<void>
}

const listen = async (server: Server, path: string): Promise<void> => {
  // Node binds within the call, so the file is never open to others.
  const mask = process.umask(0o077)
  server.listen({ path })
  process.umask(mask)
  await once(server, 'listening')
  await chmod(path, 0o600)
}

/** Puts the socket over whatever had the name, and gives its inode; what cannot be done leaves nothing open. */
const bind = async (server: Server, directory: FileHandle): Promise<number> => {
  const own = below(directory, `${NAME}.${process.pid}.${process.hrtime.bigint()}`)
  try {
    await listen(server, own)
    const { ino } = await stat(own)
    await rename(own, below(directory, NAME))
    return ino
  } catch (error) {
    server.close()
    await unlink(own).catch(() => {})
    await directory.close()
    throw error
  }
}

export interface PlaceWanted {
  readonly dataDir: string
  /** Whether it leaves its place to one that does not. */
  readonly yields: boolean
}

/** Whether there is one whose place this one must not take. */
const isTaken = async ({ dataDir, yields }: PlaceWanted): Promise<boolean> => {
  const other = await present(dataDir)
  return other !== null && (yields || !other.yields)
}

/**
 * Takes the path over from whoever does not answer there, or yields. The directory is made with mode 0700 where it is missing.
 * @throws `watchdogRunning`, `watchdogUnusable`
 */
export const takePlace = async (
  wanted: PlaceWanted,
  onConnection: (socket: Socket) => void,
): Promise<MeetingPlace> => {
  const { dataDir } = wanted
  try {
    await makeDirectory(dataDir)
    if (await isTaken(wanted)) throw new CoterieError('watchdogRunning', { path: dataDir })
    const directory = await openDirectory(dataDir)
    const server = createServer(onConnection)
    const ino = await bind(server, directory)
    const isStill = () =>
      stat(join(dataDir, NAME)).then(
        (found) => found.ino === ino,
        () => false,
      )
    const unknown = (): Promise<boolean> =>
      new Promise((resolve) => void setTimeout(resolve, LOOK_MS_MAX, true).unref())
    /** One question at a time: those that hang would take the threads by which the kill is done. */
    let asked: Promise<boolean> | null = null
    return {
      isOwner: () => {
        asked ??= isStill().finally(() => {
          asked = null
        })
        return Promise.race([asked, unknown()])
      },
      close: async () => {
        server.close()
        await directory.close()
      },
    }
  } catch (error) {
    if (error instanceof CoterieError) throw error
    throw new CoterieError('watchdogUnusable', { path: dataDir, detail: (error as Error).message })
  }
}
