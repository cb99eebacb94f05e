import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { jsonLine, plain, table } from '../output.ts'
import { readSecret } from '../secret.ts'

/** People name a registry as the docker command shows it. */
const registryIn = (text: string): string => {
  const host = text
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/.test(host)) return host
  throw new CoterieError('usageWrong', {
    detail: `${text} is no registry, such as ghcr.io or attic.lan:5000`,
  })
}

const awayNote = (away: readonly string[]): string =>
  away.length === 0 ? '' : `Not yet told: ${away.map(plain).join(', ')}; they are as soon as they are back.\n`

interface LoginOptions {
  readonly user: string
  readonly passwordFile?: string
}

export const registryLogin: CommandModule = (command, cli) => {
  command
    .argument('[registry]', 'its host, with a port or without', 'docker.io')
    .requiredOption('-u, --user <name>', 'name to log in by')
    .option('--password-file <file|->', 'file with the password or token; - reads standard input')
    .addHelpText(
      'after',
      `
Every machine of the mesh may then pull images from there: the login goes from member to member, encrypted, and is kept sealed on each. Where
the mesh has none, a machine uses what docker login has left there for the user of the daemon.

Examples:
  coterie registry login ghcr.io -u ada
  pass ghcr | coterie registry login ghcr.io -u ada --password-file -`,
    )
    .action(async (given: string, { user, passwordFile }: LoginOptions) => {
      const registry = registryIn(given)
      const question = `Password or token of ${user} at ${registry}: `
      const secret = await readSecret(cli, { what: 'password', file: passwordFile, question })
      const body = { registry, username: user, secret }
      const answer = await clientOf(command, cli).call('POST /v1/registries', { body })
      if (wantsJson(command)) {
        cli.stdout.write(jsonLine(answer))
        return
      }
      const tried = answer.checked ? '' : ' It was not tried: the machine that was asked has no engine.'
      const nodes = `${answer.told.length} ${answer.told.length === 1 ? 'machine has' : 'machines have'} it.`
      cli.stdout.write(
        `The mesh logs in to ${registry} as ${plain(user)}: ${nodes}${tried}\n${awayNote(answer.away)}`,
      )
    })
}

export const registryLogout: CommandModule = (command, cli) => {
  command
    .argument('[registry]', 'as coterie registry ls shows it', 'docker.io')
    .addHelpText('after', '\nExample:\n  coterie registry logout ghcr.io')
    .action(async (given: string) => {
      const params = { registry: registryIn(given) }
      const answer = await clientOf(command, cli).call('DELETE /v1/registries/:registry', { params })
      cli.stdout.write(
        wantsJson(command)
          ? jsonLine(answer)
          : `The mesh logs in to ${answer.registry} no more.\n${awayNote(answer.away)}`,
      )
    })
}

export const registryLs: CommandModule = (command, cli) => {
  command.addHelpText('after', '\nExample:\n  coterie registry ls').action(async () => {
    const answer = await clientOf(command, cli).call('GET /v1/registries')
    if (wantsJson(command)) {
      cli.stdout.write(jsonLine(answer))
      return
    }
    const rows = answer.registries.map(({ registry, username, atMs }) => [
      registry,
      plain(username),
      new Date(atMs).toISOString().slice(0, 16).replace('T', ' '),
    ])
    cli.stdout.write(
      rows.length === 0
        ? 'The mesh has no logins for registries; see coterie registry login --help.\n'
        : table(['REGISTRY', 'USER', 'SINCE'], rows),
    )
  })
}
