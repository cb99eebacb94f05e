import type { BackupDesk } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleBackup =
  (backups: BackupDesk): Handler<'POST /v1/backup'> =>
  ({ body: { passphrase } }, { signal }) =>
    backups.backUp(passphrase, signal)
