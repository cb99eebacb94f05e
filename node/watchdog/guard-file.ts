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

export interface GuardFile {
  /** Nothing where there is no file, or it is of an earlier boot. @throws what reading or parsing it throws */
  load(): Promise<readonly KeptGuard[]>
  save(guards: readonly KeptGuard[]): Promise<void>
}

const readKept = (value: KeptGuard): KeptGuard => {
  const guard = readGuard(value)
  if (guard === null) throw new Error(`it holds ${JSON.stringify(value).slice(0, 200)}`)
  return { ...guard, hasLapsed: value.hasLapsed === true, isSeen: value.isSeen === true }
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
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
        throw error
      }
      const kept = JSON.parse(text)
      return kept.bootId === bootId ? kept.guards.map(readKept) : []
    },
    save: async (guards) => {
      await writeFile(`${path}.new`, JSON.stringify({ bootId, guards }), { mode: 0o600 })
      await rename(`${path}.new`, path)
    },
  }
}
