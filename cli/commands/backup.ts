/** This machine, and what it knows to be decided and wanted, in one sealed file. */
import { access } from 'node:fs/promises'
import type { BackupManifest } from '../../protocols/control/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import type { Client } from '../client.ts'
import { describeBackup } from '../describe-backup.ts'
import { INTERRUPTED, untilInterrupted } from '../interrupt.ts'
import { createNewFile, type NewFile } from '../new-file.ts'
import { jsonLine } from '../output.ts'
import { readPassphrase } from '../passphrase.ts'

interface BackupOptions {
  readonly file?: string
  readonly passphraseFile?: string
  readonly force?: boolean
}

export const backup: CommandModule = (command, cli) => {
  command
    .option('--file <file>', 'where to write it')
    .option('--passphrase-file <file>', 'first line of FILE, or of standard input for -')
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      `
For the day when all machines are lost, and for this one when its disk is. The file holds the key and the certificates of this
machine, the root's key if it is here, all decisions, services, users and join tokens; no data of services. It is sealed with a
passphrase of 12 characters or more (scrypt, AES-256-GCM): keep both, apart, and where no machine of the mesh is.

Examples:
  coterie backup --file /media/stick/attic.backup
  coterie backup --file attic.backup --force --passphrase-file pass.txt
  coterie restore attic.backup --show`,
    )
    .action(async ({ file, passphraseFile, force = false }: BackupOptions) => {
      if (file === undefined)
        throw new CoterieError('usageWrong', { detail: 'coterie backup needs --file FILE' })
      // Before a person types a passphrase in vain.
      if (!force && (await exists(file))) throw unwritten(file, 'it is there already')
      const passphrase = await readPassphrase(cli, { file: passphraseFile, twice: true })
      const client = clientOf(command, cli)
      const manifest = await untilInterrupted((signal) =>
        writeBackup(client, { path: file, passphrase, replaces: force }, signal),
      )
      if (manifest === null) {
        process.exitCode = INTERRUPTED
        return
      }
      cli.stdout.write(
        wantsJson(command)
          ? jsonLine({ file, ...manifest })
          : `Written to ${file}.\n${describeBackup(manifest)}`,
      )
    })
}

const unwritten = (path: string, detail: string) => new CoterieError('backupUnwritten', { path, detail })

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

interface Wanted {
  readonly path: string
  readonly passphrase: string
  readonly replaces: boolean
}

/** Null where `signal` ended it, and nothing of it is left. */
const writeBackup = async (
  client: Client,
  { path, passphrase, replaces }: Wanted,
  signal: AbortSignal,
): Promise<BackupManifest | null> => {
  let file: NewFile | null = null
  try {
    file = await createNewFile(path)
    const manifest = await receive(client, { file, passphrase }, signal)
    if (manifest === null) await file.drop()
    else await file.keep({ replaces })
    return manifest
  } catch (error) {
    await file?.drop()
    throw isCoterieError(error) ? error : unwritten(path, (error as Error).message)
  }
}

const receive = async (
  client: Client,
  { file, passphrase }: { readonly file: NewFile; readonly passphrase: string },
  signal: AbortSignal,
): Promise<BackupManifest | null> => {
  let bytes = 0
  for await (const line of client.stream('POST /v1/backup', { body: { passphrase } }, signal)) {
    if (line.type === 'whole') {
      if (line.bytes === bytes) return line.manifest
      break
    }
    const part = Buffer.from(line.data, 'base64')
    await file.write(part)
    bytes += part.byteLength
  }
  if (signal.aborted) return null
  throw new CoterieError('streamBroken', {
    request: 'POST /v1/backup',
    detail: 'it ended before the backup was whole',
  })
}
