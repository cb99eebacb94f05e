/** What Coterie writes into its data directory. Whatever else is there is somebody else's. */
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'

const TIME = '[0-9TZ-]+'

/** Where the socket lives by default; somebody may have put more there. */
const RUN = /^run$/

/** In the order in which they are removed: cut off anywhere, what is left is no member of a mesh. */
const OWN: readonly RegExp[] = [
  /^mesh\.json(\.new)?$/,
  new RegExp(`^store(\\.copy|\\.new|\\.damaged-${TIME})?$`),
  /^(identity|certificates|root-key)\.json(\.new)?$/,
  /^(api|metrics)-token(\.new)?$/,
  /^(starting|restoring|restored|rotating|rotated|replaced|tasks|logs)$/,
  new RegExp(`^left-[0-9a-f]{16}-${TIME}$`),
  /^watchdog(\.sock|-guards\.json|\.log)(\.[0-9.]+|\.new)?$/,
  RUN,
  // Last: a store without it counts as damaged.
  /^FORMAT(\.new)?$/,
]

export interface SortedFiles {
  /** Names of what is Coterie's. */
  readonly own: readonly string[]
  /** Names of what is not. */
  readonly foreign: readonly string[]
}

/** @throws the system's error */
export const sortFiles = async (dataDir: string): Promise<SortedFiles> => {
  const names = (await readdir(dataDir)).sort()
  const own = OWN.flatMap((form) => names.filter((name) => form.test(name)))
  return { own, foreign: names.filter((name) => !own.includes(name)) }
}

/** Removes what is Coterie's, and the directory where nothing else is in it. Nothing of it is open. @throws `dataDirUnusable` */
export const removeOwnFiles = async (dataDir: string): Promise<void> => {
  try {
    const { own } = await sortFiles(dataDir)
    for (const name of own.filter((each) => !RUN.test(each)))
      await rm(join(dataDir, name), { recursive: true, force: true })
  } catch (error) {
    throw new CoterieError('dataDirUnusable', { path: dataDir, detail: (error as Error).message })
  }
  // They stay where they hold something else, are mount points, or lie in a directory of another user.
  for (const directory of [join(dataDir, 'run'), dataDir]) await rmdir(directory).catch(() => undefined)
}
