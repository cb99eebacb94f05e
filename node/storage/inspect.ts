/** Damage that LevelDB would pass over in silence, or mend by losing what was acknowledged. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import { storePath } from './data-dir.ts'
import { isErrno } from './files.ts'
import { findDamage } from './write-ahead-log.ts'

/**
 * Looks at the files of the store before it is opened, and changes none of them.
 * @throws `storeCorrupt`
 */
export const inspectStore = async (dataDir: string): Promise<void> => {
  const store = storePath(dataDir)
  const corrupt = (detail: string) => new CoterieError('storeCorrupt', { path: dataDir, detail })
  const names = await readdir(store).catch((error): string[] => {
    if (isErrno(error, 'ENOENT')) return []
    throw new CoterieError('dataDirUnusable', { path: dataDir, detail: (error as Error).message })
  })
  const logs = names.filter((name) => name.endsWith('.log'))
  const current = await readIfThere(join(store, 'CURRENT'))
  if (current === null) {
    // LevelDB would begin anew here. It writes CURRENT before the first log, so a store that never had one is empty.
    if (logs.length > 0 || names.some((name) => name.endsWith('.ldb'))) throw corrupt('CURRENT is gone')
    return
  }
  const manifest = Buffer.from(current).toString().trimEnd()
  if (!names.includes(manifest))
    throw corrupt(`CURRENT names ${JSON.stringify(manifest)}, which is not there`)
  for (const name of logs) {
    const log = await readIfThere(join(store, name))
    const damagedAt = log === null ? null : findDamage(log)
    if (damagedAt !== null) throw corrupt(`${name} is damaged at byte ${damagedAt}`)
  }
}

/** Null where there is none, or none any more: another daemon may be at work here, which the lock tells later. */
const readIfThere = async (path: string): Promise<Uint8Array | null> => {
  try {
    return await readFile(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  }
}
