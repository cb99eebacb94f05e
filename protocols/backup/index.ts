/** The form of a backup, free of files and ciphers. See docs/design/backup.md. */
export { BACKUP_VERSION, type BackupHead, type ReadHead, readHead, writeHead } from './head.ts'
export { type BackedUpDecisions, type BackupFile, type BackupItem, backupItemCodec } from './items.ts'
export * from './limits.ts'
export { type BackupManifest, MANIFEST, ManifestSchema } from './manifest.ts'
