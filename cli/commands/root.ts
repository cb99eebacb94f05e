import { link, open, readFile, unlink } from 'node:fs/promises'
import type { Root } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { jsonLine } from '../output.ts'
import { readPassphrase } from '../passphrase.ts'

/** A sealed key is a small text. */
const FILE_BYTES_MAX = 16_384

const PASSPHRASE_HELP = 'first line of FILE, or of standard input for -'

const described = ({ fingerprint, domain, notAfterMs, keyHere }: Root): string =>
  `The root of this mesh: ${fingerprint}
It certifies machines named NAME.${domain}, until ${new Date(notAfterMs).toISOString().slice(0, 10)}.
${
  keyHere
    ? 'Its key is on this machine. Take it away with coterie root export FILE, and keep the file where no machine of the mesh is.'
    : 'Its key is not on this machine; it is needed for coterie issuer grant alone.'
}
`

export const rootShow: CommandModule = (command, cli) => {
  command
    .option('--pem', 'print the certificate, for a program that is to trust it')
    .addHelpText('after', '\nExamples:\n  coterie root show\n  coterie root show --pem > root.pem')
    .action(async () => {
      const answer = await clientOf(command, cli).call('GET /v1/root')
      const { pem = false } = command.opts<{ pem?: boolean }>()
      const text = pem ? answer.certificate : described(answer)
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : text)
    })
}

/** Whole or not at all, for this user alone; never in place of another file. @throws `usageWrong` */
const writeNew = async (path: string, text: string): Promise<void> => {
  const made = `${path}.${process.pid}`
  try {
    const file = await open(made, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(made, path).finally(() => unlink(made))
  } catch (error) {
    throw new CoterieError('usageWrong', { detail: `${path} cannot be written: ${(error as Error).message}` })
  }
}

export const rootExport: CommandModule = (command, cli) => {
  command
    .argument('<file>', 'where to write it; nothing may be there yet')
    .option('--keep', 'leave the key on this machine too')
    .option('--passphrase-file <file>', PASSPHRASE_HELP)
    .addHelpText(
      'after',
      `
Whoever has the root's key can make issuers, and with them members. It is needed for coterie issuer grant alone: in a drawer it is
safer than on a machine. The file is sealed with a passphrase of 12 characters or more (scrypt, AES-256-GCM); without both nobody
makes another issuer, so keep two copies.

Examples:
  coterie root export /media/stick/home-root.json
  coterie root export root.json --keep --passphrase-file pass.txt`,
    )
    .action(async (file: string) => {
      const { keep = false, passphraseFile } = command.opts<{ keep?: boolean; passphraseFile?: string }>()
      const client = clientOf(command, cli)
      const passphrase = await readPassphrase(cli, { file: passphraseFile, twice: true })
      const { sealed } = await client.call('POST /v1/root/export', { body: { passphrase } })
      await writeNew(file, sealed)
      // Read back, so that what is forgotten here is known to be there.
      if (!keep)
        await client.call('POST /v1/root/forget', { body: { sealed: await readSealed(file), passphrase } })
      const answer = await client.call('GET /v1/root')
      cli.stdout.write(
        wantsJson(command) ? jsonLine({ file, ...answer }) : `Written to ${file}.\n${described(answer)}`,
      )
    })
}

const readSealed = async (path: string): Promise<string> => {
  try {
    const text = await readFile(path, 'utf8')
    if (text.length > FILE_BYTES_MAX) throw new Error(`it is larger than ${FILE_BYTES_MAX} bytes`)
    return text
  } catch (error) {
    throw new CoterieError('usageWrong', { detail: `${path} cannot be read: ${(error as Error).message}` })
  }
}

export const rootImport: CommandModule = (command, cli) => {
  command
    .argument('<file>', 'what coterie root export wrote')
    .option('--passphrase-file <file>', PASSPHRASE_HELP)
    .addHelpText('after', '\nExample:\n  coterie root import /media/stick/home-root.json')
    .action(async (file: string) => {
      const { passphraseFile } = command.opts<{ passphraseFile?: string }>()
      const sealed = await readSealed(file)
      const passphrase = await readPassphrase(cli, { file: passphraseFile, twice: false })
      const answer = await clientOf(command, cli).call('POST /v1/root/import', {
        body: { sealed, passphrase },
      })
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : described(answer))
    })
}
