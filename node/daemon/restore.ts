/** `coterie restore`: a backup becomes a data directory, where no daemon runs. See docs/design/backup.md. */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { BackupManifest, RestoreModule } from '../../protocols/control/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { SUPPORTED } from '../../protocols/versions/index.ts'
import { type BackupSource, type RestoreTarget, readBackup } from '../backup/index.ts'
import { openKept } from '../certificates/index.ts'
import { nodeIdOf } from '../network/index.ts'
import {
  DATA_FORMAT,
  loadIdentity,
  openStage,
  openStore,
  type Stage,
  writeSecretFile,
} from '../storage/index.ts'
import { PASSPHRASES } from './backup-desk.ts'
import { createDataFiles } from './data-files.ts'
import { createJsonLogger } from './json-logger.ts'
import { loadMeshFile } from './mesh-file.ts'

const sourceOf = (path: string): BackupSource => ({ path, bytes: () => createReadStream(path) })

/** @throws `backupNewer` */
const checkVersions = (path: string, { format, meshVersion, program }: BackupManifest): void => {
  const newer = (detail: string) => new CoterieError('backupNewer', { path, detail })
  if (format > DATA_FORMAT)
    throw newer(
      `its store has format ${format}, and this version knows up to ${DATA_FORMAT} (made by ${program})`,
    )
  if (meshVersion > SUPPORTED.most)
    throw newer(
      `its mesh is at version ${meshVersion}, and this one knows up to ${SUPPORTED.most} (made by ${program})`,
    )
}

/** See `RestoreModule`. */
export const showBackup: RestoreModule['showBackup'] = ({ file, passphrase }) =>
  readBackup(PASSPHRASES, {
    source: sourceOf(file),
    passphrase,
    target: null,
    onManifest: (manifest) => checkVersions(file, manifest),
  })

/** What a directory that is not empty holds, in words. */
const describeFound = async (dataDir: string, names: readonly string[]): Promise<string> => {
  const mesh = await loadMeshFile(dataDir).catch(() => null)
  if (mesh !== null) return `a member of the mesh ${mesh.name} (${mesh.mesh}) is in it`
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ' and more' : ''} ${names.length === 1 ? 'is' : 'are'} in it`
}

/** Whose it is, the key, the mesh's file and the certificates say alike. */
const checkNode = async (path: string, stage: string, { node, mesh }: BackupManifest): Promise<void> => {
  const identity = await loadIdentity(stage)
  const file = await loadMeshFile(stage)
  const kept = await openKept(createDataFiles(stage))
  const fits =
    identity !== null && nodeIdOf(identity.privateKey) === node && file?.mesh === mesh && kept.mesh === mesh
  if (!fits)
    throw new CoterieError('backupDamaged', { path, detail: 'its parts are of different nodes or meshes' })
}

const fill = async (
  { path: stage }: Stage,
  { file, passphrase }: { readonly file: string; readonly passphrase: string },
): Promise<BackupManifest> => {
  const store = await openStore({ dataDir: stage, logger: createJsonLogger('error') })
  const target: RestoreTarget = {
    writeFile: (name, text) => writeSecretFile(join(stage, name), text),
    writeConsensus: ({ hardState, entries, snapshot, base }) =>
      store.consensus.persist({
        hardState,
        entries,
        compaction: snapshot && base ? { snapshot, base, lastIndex: base.index } : null,
      }),
    writeRecords: (collection, records) => store.records(collection).write(records),
  }
  try {
    return await readBackup(PASSPHRASES, {
      source: sourceOf(file),
      passphrase,
      target,
      onManifest: (manifest) => checkVersions(file, manifest),
    })
  } finally {
    await store.close()
  }
}

/** What only a daemon would say so: the disk is full, or not this user's. */
const told = (path: string, error: unknown): unknown => {
  const isOurs = isCoterieError(error)
  const isDisk = isCoterieError(error, 'storeFailed') || isCoterieError(error, 'dataDirUnusable')
  if (isOurs && !isDisk) return error
  const detail = isDisk ? error.data.detail : (error as Error).message
  return new CoterieError('restoreFailed', { path, detail })
}

/** See `RestoreModule`. */
export const restoreBackup: RestoreModule['restoreBackup'] = async ({ file, passphrase, dataDir }) => {
  let stage: Stage | null = null
  try {
    stage = await openStage(dataDir, (names) => describeFound(dataDir, names))
    const manifest = await fill(stage, { file, passphrase })
    await checkNode(file, stage.path, manifest)
    await stage.commit()
    return manifest
  } catch (error) {
    await stage?.discard()
    throw told(dataDir, error)
  }
}
