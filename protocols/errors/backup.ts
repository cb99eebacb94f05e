import { rule } from './rule.ts'

/** Errors of backups and of restoring them. Wire numbers 320 to 329. */
export const backupErrors = {
  backupNotReady: rule<{ detail: string }>({
    wire: 320,
    http: 503,
    exit: 1,
    cause: ({ detail }) => `this node cannot be backed up now: ${detail}`,
    next: () =>
      'Try again in a moment, or make the backup at another machine; coterie status tells how this one is',
  }),
  backupUnwritten: rule<{ path: string; detail: string }>({
    wire: 321,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the backup ${path} was not written: ${detail}`,
    next: () =>
      'Name a file that is not there yet, in a directory of this user with enough room, or give --force to replace one',
  }),
  backupUnreadable: rule<{ path: string; detail: string }>({
    wire: 322,
    http: 400,
    exit: 1,
    cause: ({ path, detail }) => `${path} cannot be read as a backup: ${detail}`,
    next: () => 'Name a file that coterie backup wrote',
  }),
  backupPassphraseWrong: rule<{ path: string }>({
    wire: 323,
    http: 403,
    exit: 1,
    cause: ({ path }) => `the passphrase does not open ${path}`,
    next: () => 'Give the one with which it was made; without it nobody can read it',
  }),
  backupDamaged: rule<{ path: string; detail: string }>({
    wire: 324,
    http: 400,
    exit: 1,
    cause: ({ path, detail }) => `the backup ${path} is damaged: ${detail}`,
    next: () => 'Take another copy of it, or another backup; nothing was restored',
  }),
  backupNewer: rule<{ path: string; detail: string }>({
    wire: 325,
    http: 409,
    exit: 1,
    cause: ({ path, detail }) => `the backup ${path} was made by a newer coterie: ${detail}`,
    next: () => 'Install that version, then restore it again',
  }),
  restoreNotEmpty: rule<{ path: string; found: string }>({
    wire: 326,
    http: 409,
    exit: 1,
    cause: ({ path, found }) => `the data directory ${path} is not empty: ${found}`,
    next: () => 'Move it away, or name another --data-dir: a backup is restored beside nothing else',
  }),
  restoreFailed: rule<{ path: string; detail: string }>({
    wire: 327,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `nothing was restored into ${path}: ${detail}`,
    next: () => 'Check the free space and the owner of that directory, then restore again',
  }),
}
