/** Roots that this user trusts, for the command line itself: one file for each in the folder of its configuration. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CoterieError } from '../../protocols/errors/index.ts'
import { readTrusted } from '../trusted-file.ts'
import { type MeshRoot, readRoot } from './mesh-root.ts'

/** A root has some hundred bytes. */
const ROOT_BYTES_MAX = 16_384

const folderIn = (configDir: string): string => join(configDir, 'roots')

export const rootFile = (configDir: string, { mesh }: Pick<MeshRoot, 'mesh'>): string =>
  join(folderIn(configDir), `${mesh}.pem`)

/** A file that a person names, and is then asked about by its fingerprint, whoever wrote it. @throws `usageWrong` */
export const readGivenRoot = async (path: string): Promise<MeshRoot> => {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new CoterieError('usageWrong', { detail: `${path} cannot be read: ${error.message}` })
  })
  const root = readRoot(text)
  if (root === null) throw new CoterieError('usageWrong', { detail: `${path} holds no root of a mesh` })
  return root
}

/** All that are kept. @throws `configFileUnreadable`, `configFileUnsafe` */
export const keptRoots = async (configDir: string): Promise<MeshRoot[]> => {
  const folder = folderIn(configDir)
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new CoterieError('configFileUnreadable', { path: folder, detail: error.message })
  })
  const paths = names.filter((name) => name.endsWith('.pem')).map((name) => join(folder, name))
  return await Promise.all(paths.sort().map(readKept))
}

const readKept = async (path: string): Promise<MeshRoot> => {
  const root = readRoot((await readTrusted(path, ROOT_BYTES_MAX)) ?? '')
  if (root !== null) return root
  throw new CoterieError('configFileUnreadable', { path, detail: 'it holds no root of a mesh' })
}

const unusable = (path: string, error: unknown) =>
  new CoterieError('trustStoreUnusable', {
    store: path,
    detail: (error as Error).message,
    remedy: 'Let this user write there, or name another folder with --config-dir',
  })

/** The same again changes nothing. @throws `trustStoreUnusable` */
export const keepRoot = async (configDir: string, root: MeshRoot): Promise<void> => {
  const path = rootFile(configDir, root)
  const made = `${path}.${process.pid}`
  try {
    await mkdir(folderIn(configDir), { recursive: true, mode: 0o700 })
    await writeFile(made, root.pem, { mode: 0o644 })
    await rename(made, path)
  } catch (error) {
    throw unusable(path, error)
  }
}

/** What is not there is gone. @throws `trustStoreUnusable` */
export const forgetRoot = async (configDir: string, root: MeshRoot): Promise<void> => {
  const path = rootFile(configDir, root)
  await rm(path, { force: true }).catch((error: unknown) => {
    throw unusable(path, error)
  })
}
