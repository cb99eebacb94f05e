/**
 * What a watchdog leaves to the next one. Replaced as a whole and not synced: what a crash of the machine could lose, the
 * machine's new start makes void.
 */
import { readFile, rename, writeFile } from 'node:fs/promises'
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
  /** Nothing where there is no file, or it is of an earlier boot. @throws what reading or parsing it as a whole throws */
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

/** `bootId` of the present boot. */
export const openGuardFile = (dataDir: string, bootId: string): GuardFile => {
  const path = join(dataDir, 'watchdog-guards.json')
  return {
    load: async () => {
      let text: string
      try {
        text = await readFile(path, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NONE
        throw error
      }
      const kept = JSON.parse(text)
      return kept.bootId === bootId ? readAll(kept.guards) : NONE
    },
    save: async (guards) => {
      await writeFile(`${path}.new`, JSON.stringify({ bootId, guards }), { mode: 0o600 })
      await rename(`${path}.new`, path)
    },
  }
}
