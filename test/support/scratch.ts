import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new, short directory under the system's temporary one; `remove` deletes it with all in it. */
export const scratchDir = async (): Promise<{
  readonly path: string
  remove(): Promise<void>
}> => {
  const path = await mkdtemp(join(tmpdir(), 'coterie-test-'))
  return {
    path,
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  }
}
