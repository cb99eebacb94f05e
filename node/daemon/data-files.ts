import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Files } from '../certificates/index.ts'
import { writeSecretFile } from '../storage/index.ts'

/** Small secret files in the data directory. */
export const createDataFiles = (dataDir: string): Files => {
  const pathOf = (name: string): string => join(dataDir, name)
  return {
    pathOf,
    read: (name) =>
      readFile(pathOf(name), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      }),
    write: (name, text) => writeSecretFile(pathOf(name), text),
    remove: (name) => rm(pathOf(name), { force: true }),
  }
}
