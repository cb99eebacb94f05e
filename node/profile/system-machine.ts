/** The machine itself, or what a folder shows of one. */
import type { StatsFs } from 'node:fs'
import { access, open, readdir, statfs } from 'node:fs/promises'
import { machine as kernelArchitecture } from 'node:os'
import { dirname, join } from 'node:path'
import type { Machine } from '../ports/machine.ts'

/** Files of /proc and /sys are shorter, but for the list of hundreds of processors, of which the first tell enough. */
const FILE_BYTES_MAX = 64 * 1024

/** Buses and classes hold a few hundred. */
const NAMES_MAX = 4_096

export interface SystemMachineInit {
  /** Below which `/proc` and `/sys` are. */
  readonly root: string
}

export const createSystemMachine = ({ root }: SystemMachineInit): Machine => ({
  read: (path) => readBeginning(join(root, path)),
  list: async (path) => (await readdir(join(root, path))).sort().slice(0, NAMES_MAX),
  has: (path) =>
    access(join(root, path)).then(
      () => true,
      () => false,
    ),
  storageBytes: async (path) => {
    const { blocks, bsize } = await statfsOfNearest(path)
    return blocks * bsize
  },
  architecture: () => ({ build: process.arch, kernel: kernelArchitecture() }),
  // Loaded only where there is a card to be named.
  graphicsCards: async () => (await import('./graphics.ts')).graphicsCards(),
})

/** The kernel makes these files as they are read, a piece at a time and of a size that it does not tell. */
const readBeginning = async (path: string): Promise<string> => {
  const file = await open(path)
  try {
    const bytes = Buffer.alloc(FILE_BYTES_MAX)
    let filled = 0
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, null)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.toString('utf8', 0, filled)
  } finally {
    await file.close()
  }
}

/** Of the path, or of the nearest above it that is there: a data directory is made at the first start only. */
const statfsOfNearest = async (path: string): Promise<StatsFs> => {
  try {
    return await statfs(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    return statfsOfNearest(dirname(path))
  }
}
