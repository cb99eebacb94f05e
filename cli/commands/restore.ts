/** A backup becomes the data directory of the machine that it was made at. No daemon is asked. */
import type { RestoreModule } from '../../protocols/control/index.ts'
import { type CommandModule, settingsOf, wantsJson } from '../cli.ts'
import { describeBackup } from '../describe-backup.ts'
import { jsonLine } from '../output.ts'
import { readPassphrase } from '../passphrase.ts'

interface RestoreOptions {
  readonly show?: boolean
  readonly passphraseFile?: string
}

const nextSteps = (dataDir: string): string => `
It is restored into ${dataDir}. Start it with coterie up, and this --data-dir.
- While a majority of the other machines lives, it catches up from them and votes again by itself.
- Where they are lost for good: coterie quorum recover, once it runs.
Restore a backup on one machine only, and make a new one after a recovery.
`

export const restore: CommandModule = (command, cli) => {
  command
    .argument('<file>', 'what coterie backup wrote')
    .option('--show', 'read it to its end, tell what is in it, and restore nothing')
    .option('--passphrase-file <file>', 'first line of FILE, or of standard input for -')
    .addHelpText(
      'after',
      `
Into an empty --data-dir, with no daemon on it; whole, or not at all. The machine that it makes has the name and the key of the one
that was backed up, and a new store: it never votes with what the lost one had promised.

Examples:
  coterie restore /media/stick/attic.backup --show
  coterie restore /media/stick/attic.backup --data-dir /var/lib/coterie`,
    )
    .action(async (file: string, { show = false, passphraseFile }: RestoreOptions) => {
      const { dataDir } = (await settingsOf(command, cli)).values
      const passphrase = await readPassphrase(cli, { file: passphraseFile, twice: false })
      const { restoreBackup, showBackup }: RestoreModule = await import('../../node/daemon/restore.ts')
      const manifest = show
        ? await showBackup({ file, passphrase })
        : await restoreBackup({ file, passphrase, dataDir })
      const answer = show ? manifest : { dataDir, ...manifest }
      const text = describeBackup(manifest) + (show ? '' : nextSteps(dataDir))
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : text)
    })
}
