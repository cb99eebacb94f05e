/** The disk of the data directory: whether there is room, and how long it takes until something is safe there. */
import { randomBytes } from 'node:crypto'
import { open, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bad, good, sizeOf, timeOf, type Verdict, warning } from '../verdict.ts'

export interface DiskFacts {
  readonly path: string
  readonly freeBytes: number
  readonly sizeBytes: number
  /** Of the middle one of some synced writes; null where nothing could be written, for `problem`. */
  readonly syncMs: number | null
  readonly problem: string | null
}

const GIBIBYTE = 1024 ** 3

/** The store, its log and some images. */
const FREE_BYTES_MIN = GIBIBYTE
const FREE_RATIO_MIN = 0.05

/** Each decision waits for one on a majority of the voters; a leader is given up after a second or two. */
const SYNC_MS_SLOW = 200
const SYNC_MS_MAX = 1_000

export const judgeDisk = ({ path, freeBytes, sizeBytes, syncMs, problem }: DiskFacts): Verdict[] => {
  const room = `${sizeOf(freeBytes)} of ${sizeOf(sizeBytes)} free`
  if (syncMs === null)
    return [
      freeBytes < WRITE_BYTES
        ? bad(`the disk of ${path} is full`, `Make room on the disk that holds ${path}`)
        : bad(
            `nothing can be written to ${path}: ${problem}`,
            `Run this as the user of the daemon, or make ${path} its own`,
          ),
    ]
  const found = `${path}: ${room}, a synced write takes ${timeOf(syncMs)}`
  if (syncMs > SYNC_MS_MAX)
    return [bad(found, 'Move the data directory to a faster disk: a voter here holds everybody up')]
  if (freeBytes < FREE_BYTES_MIN || freeBytes < sizeBytes * FREE_RATIO_MIN)
    return [warning(found, `Make room on the disk that holds ${path}`)]
  if (syncMs > SYNC_MS_SLOW)
    return [warning(found, 'Take other work off that disk, or move the data directory to a faster one')]
  return [good(found)]
}

/** A block of most disks. */
const WRITE_BYTES = 4096
const WRITES = 5

export const measureDisk = async (dataDir: string): Promise<DiskFacts> => {
  const { path, ...size } = await nearest(dataDir)
  try {
    return { path, ...size, syncMs: await syncMsOf(path), problem: null }
  } catch (error) {
    return { path, ...size, syncMs: null, problem: (error as Error).message }
  }
}

/** The directory, or the one that it would be made in. */
const nearest = async (path: string): Promise<Pick<DiskFacts, 'path' | 'freeBytes' | 'sizeBytes'>> => {
  try {
    const { bavail, blocks, bsize } = await statfs(path)
    return { path, freeBytes: bavail * bsize, sizeBytes: blocks * bsize }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path === '/') throw error
    return nearest(dirname(path))
  }
}

const syncMsOf = async (directory: string): Promise<number> => {
  const path = join(directory, `.doctor-${randomBytes(6).toString('hex')}`)
  const file = await open(path, 'wx', 0o600)
  try {
    const times: number[] = []
    for (let write = 0; write < WRITES; write++) {
      const startedAtMs = performance.now()
      await file.write(Buffer.alloc(WRITE_BYTES, write + 1), 0, WRITE_BYTES, write * WRITE_BYTES)
      await file.sync()
      times.push(performance.now() - startedAtMs)
    }
    return times.sort((a, b) => a - b)[WRITES >> 1] as number
  } finally {
    await file.close()
    await rm(path, { force: true })
  }
}
