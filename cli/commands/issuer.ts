import type { Issuer, Issuers } from '../../protocols/control/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { confirm } from '../confirm.ts'
import { jsonLine, table } from '../output.ts'

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

const listed = ({ issuers }: Issuers): string => {
  const rows = issuers.map(({ name, notAfterMs, id }) => [name, day(notAfterMs), id])
  const alone =
    issuers.length === 1
      ? 'While that machine is away, nobody joins and no certificate is renewed; a second one helps: coterie issuer grant NODE.\n'
      : ''
  return table(['NAME', 'UNTIL', 'ID'], rows) + alone
}

export const issuerLs: CommandModule = (command, cli) => {
  command.addHelpText('after', '\nExample:\n  coterie issuer ls').action(async () => {
    const answer = await clientOf(command, cli).call('GET /v1/issuers')
    cli.stdout.write(wantsJson(command) ? jsonLine(answer) : listed(answer))
  })
}

const granted = ({ name, notAfterMs }: Issuer): string =>
  `${name} issues certificates from now on, until ${day(notAfterMs)}.\n`

export const issuerGrant: CommandModule = (command, cli) => {
  command
    .argument('<node>', 'a node, by its name or its id')
    .addHelpText(
      'after',
      `
Run it on the machine that has the root's key (coterie root import brings it back). The node makes its own key, which stays there.
Granted again, it gets another key for the next two years.

Example:
  coterie issuer grant cellar`,
    )
    .action(async (node: string) => {
      const answer = await clientOf(command, cli).call('POST /v1/issuers/:node/grant', { params: { node } })
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : granted(answer))
    })
}

/** The members renew meanwhile. */
const ROTATE_MS_MAX = 90_000

export const issuerRotate: CommandModule = (command, cli) => {
  command
    .argument('<node>', 'an issuer, by its name or its id')
    .addHelpText(
      'after',
      `
Run it on the machine that has the root's key. The issuer makes a new key, every machine renews what the old one signed, and then the
old one counts no more. A machine that is away renews when it comes back.

Example:
  coterie issuer rotate attic`,
    )
    .action(async (node: string) => {
      const answer = await clientOf(command, cli).call(
        'POST /v1/issuers/:node/rotate',
        { params: { node } },
        { timeoutMs: ROTATE_MS_MAX },
      )
      const said = `${answer.name} has a new key, until ${day(answer.notAfterMs)}; the old one counts no more.\n`
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : said)
    })
}

export const issuerRevoke: CommandModule = (command, cli) => {
  command
    .argument('<node>', 'a node, by its name or its id')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
What it issued counts no more: each machine gets new certificates from another issuer within a minute. It stays a member.

Example:
  coterie issuer revoke cellar`,
    )
    .action(async (node: string) => {
      const { yes = false } = command.opts<{ yes?: boolean }>()
      await confirm(command, cli, { what: `let ${node} issue no more`, yes })
      const answer = await clientOf(command, cli).call('POST /v1/issuers/:node/revoke', {
        params: { node },
      })
      cli.stdout.write(wantsJson(command) ? jsonLine(answer) : listed(answer))
    })
}
