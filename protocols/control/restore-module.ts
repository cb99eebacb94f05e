/** What `coterie restore` and `node/daemon/restore.ts` agree on. */
import type { BackupManifest } from './schemas/backup.ts'

export interface OpenBackupRequest {
  /** Path of the file. */
  readonly file: string
  readonly passphrase: string
}

export interface RestoreRequest extends OpenBackupRequest {
  readonly dataDir: string
}

/** The face of `node/daemon/restore.ts`; nothing of it needs a daemon. */
export interface RestoreModule {
  /**
   * Reads all of it, and tells what is in it.
   * @throws `backupUnreadable`, `backupPassphraseWrong`, `backupDamaged`, `backupNewer`
   */
  showBackup(request: OpenBackupRequest): Promise<BackupManifest>
  /**
   * Makes the data directory that of the node that was backed up, for the next start of its daemon; as a whole or not at all.
   * @throws as `showBackup`, and `dataDirInUse`, `restoreNotEmpty`, `restoreFailed`
   */
  restoreBackup(request: RestoreRequest): Promise<BackupManifest>
}
