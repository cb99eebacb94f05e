/**
 * What a watchdog leaves to the next one. Replaced as a whole and not synced: what a crash of the machine could lose, the
 * machine's new start makes void. A watchdog of root may kill anything, so it believes nobody else's file: whoever owns the data
 * directory can put one there.
 */
import { constants } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Guard } from '../ports/watchdog.ts'
import { readGuard } from './words.ts'

export interface KeptGuard extends Guard {
  /** Its deadline passed, and all of it was killed. */
  readonly hasLapsed: boolean
  /** The daemon heard of that. */
  readonly isSeen: boolean
}

export interface KeptGuards {
  readonly guards: readonly KeptGuard[]
  /** What stood between them and is no guard, as text for people. */
  readonly unreadable: readonly string[]
}

export interface GuardFile {
  /**
   * Nothing where there is no file, or it is of an earlier boot. @throws what reading or parsing it as a whole throws, and where it belongs
   * to another user than root and this one
   */
  load(): Promise<KeptGuards>
  save(guards: readonly KeptGuard[]): Promise<void>
}

/** Enough of what cannot be read to know whose it was. */
const TOLD_LENGTH_MAX = 200

const NONE: KeptGuards = { guards: [], unreadable: [] }

const readKept = (value: KeptGuard): KeptGuard | null => {
  const guard = readGuard(value)
  return guard && { ...guard, hasLapsed: value.hasLapsed === true, isSeen: value.isSeen === true }
}

/** A guard that this version cannot read takes none of the others with it. */
const readAll = (values: readonly KeptGuard[]): KeptGuards => {
  const told = values.filter((value) => readKept(value) === null)
  return {
    guards: values.flatMap((value) => readKept(value) ?? []),
    unreadable: told.map((value) => JSON.stringify(value).slice(0, TOLD_LENGTH_MAX)),
  }
}

/** Not blocking: of what is no plain file nothing is read. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const WRITE_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

const ROOT = 0

/** @throws where somebody else may have written it */
const checkOwner = async (file: FileHandle): Promise<void> => {
  const { uid } = await file.stat()
  if (uid !== ROOT && uid !== process.geteuid?.())
    throw new Error(
      `it belongs to user ${uid}, and is believed only of root and of user ${process.geteuid?.()}`,
    )
}

/** Null where there is none. */
const readOwn = async (path: string): Promise<string | null> => {
  try {
    await using file = await open(path, READ)
    await checkOwner(file)
    return await file.readFile('utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Into a file that nobody else opened, nor laid there as a link. */
const writeOwn = async (path: string, text: string): Promise<void> => {
  await rm(path, { force: true })
  await using file = await open(path, WRITE_NEW, 0o600)
  await file.writeFile(text)
}

/** `bootId` of the present boot. */
export const openGuardFile = (dataDir: string, bootId: string): GuardFile => {
  const path = join(dataDir, 'watchdog-guards.json')
  return {
    load: async () => {
      const text = await readOwn(path)
      if (text === null) return NONE
      const kept = JSON.parse(text)
      return kept.bootId === bootId ? readAll(kept.guards) : NONE
    },
    save: async (guards) => {
      await writeOwn(`${path}.new`, JSON.stringify({ bootId, guards }))
      await rename(`${path}.new`, path)
    },
  }
}
