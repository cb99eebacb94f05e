/**
 * A node in one sealed file, and out of it. See docs/design/backup.md.
 *
 * Guarantees: what is restored is whole and of one moment; a file that was changed or cut off anywhere is refused; what is restored
 * promises nothing as a voter. Not guaranteed: that a backup is the newest one, or restored once only.
 */
import { randomBytes } from 'node:crypto'
import type { BackupManifest } from '../../protocols/backup/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { pack } from './packing.ts'
import { newKey, type Passphrases, SALT_BYTES } from './passphrase.ts'
import { type BackupSource, readItems } from './reading.ts'
import { type Restoring, restoreItems } from './restoring.ts'
import { seal, Unsealed } from './sealing.ts'
import { takeBackup } from './taking.ts'
import type { BackupComponents, BackupInit } from './types.ts'

export type { Passphrases } from './passphrase.ts'
export type { BackupSource } from './reading.ts'
export type { Restoring } from './restoring.ts'
export type { BackupComponents, BackupInit, KeptRecords, RestoreTarget } from './types.ts'

export interface MadeBackup {
  readonly manifest: BackupManifest
  /** The file, a part at a time; nothing is read ahead of the consumer. */
  bytes(): AsyncIterable<Uint8Array>
}

export interface Backups {
  /** @throws `backupNotReady`, the signal's reason */
  make(passphrase: string, signal: AbortSignal): Promise<MadeBackup>
}

export const createBackups = (components: BackupComponents, init: BackupInit): Backups => ({
  make: async (passphrase, signal) => {
    const { manifest, items } = await takeBackup(components, init, signal)
    const { passphrases } = components
    const key = await newKey(passphrases, passphrase, { mesh: init.mesh.id, salt: randomBytes(SALT_BYTES) })
    return {
      manifest,
      bytes: async function* () {
        yield key.head
        yield* seal(pack(items), key)
      },
    }
  },
})

/**
 * Reads a backup to its end, into a target where there is one. What was put there counts only once it resolves.
 * @throws `backupUnreadable`, `backupPassphraseWrong`, `backupDamaged`, `backupNewer`, what the target and `onManifest` throw
 */
export const readBackup = async (
  passphrases: Passphrases,
  { source, passphrase, ...restoring }: { source: BackupSource; passphrase: string } & Restoring,
): Promise<BackupManifest> => {
  try {
    return await restoreItems(readItems(passphrases, source, passphrase), restoring)
  } catch (error) {
    if (isCoterieError(error) || !(error instanceof Unsealed)) throw error
    throw new CoterieError('backupDamaged', { path: source.path, detail: error.message })
  }
}
