/** A file that appears as a whole or not at all, for this user alone. */
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface NewFile {
  write(bytes: Uint8Array): Promise<void>
  /** Gives it its name, synced. Without `replaces` it fails where something has that name. */
  keep(options: { readonly replaces: boolean }): Promise<void>
  /** Leaves nothing of it. */
  drop(): Promise<void>
}

const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Begins one beside the name that it is to have. @throws the system's error, as do its methods */
export const createNewFile = async (path: string): Promise<NewFile> => {
  const made = `${path}.${process.pid}.part`
  const file: FileHandle = await open(made, 'wx', 0o600)
  return {
    write: (bytes) => file.writeFile(bytes),
    keep: async ({ replaces }) => {
      await file.sync()
      await file.close()
      if (replaces) await rename(made, path)
      else {
        await link(made, path)
        await rm(made)
      }
      await syncDirectory(dirname(path))
    },
    drop: async () => {
      await file.close().catch(() => undefined)
      await rm(made, { force: true })
    },
  }
}
