import type { User, UserRole } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Cli, type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { confirm } from '../confirm.ts'
import { publicLineOf } from '../login/key-file.ts'
import { isTerminal, jsonLine, plain, table } from '../output.ts'
import { readSecret } from '../secret.ts'

const roleIn = (text: string): UserRole => {
  if (text === 'viewer' || text === 'operator' || text === 'admin') return text
  throw new CoterieError('usageWrong', { detail: `${text} is no role: it is viewer, operator or admin` })
}

const rowOf = ({ user, kind, role, hasPassword, keys }: User): string[] => [
  user,
  kind,
  role ?? 'none',
  hasPassword ? 'yes' : 'no',
  String(keys.length),
]

const show = (cli: Cli, json: boolean, user: User, said: string): void => {
  cli.stdout.write(json ? jsonLine(user) : `${said}\n`)
}

export const userLs: CommandModule = (command, cli) => {
  command.addHelpText('after', '\nExample:\n  coterie user ls').action(async () => {
    const answer = await clientOf(command, cli).call('GET /v1/users')
    cli.stdout.write(
      wantsJson(command)
        ? jsonLine(answer)
        : table(['USER', 'KIND', 'ROLE', 'PASSWORD', 'KEYS'], answer.users.map(rowOf)),
    )
  })
}

interface AddOptions {
  readonly role: string
  readonly machine?: true
  readonly key?: string
  readonly passwordFile?: string
}

/** A person on a terminal is asked for a password, where neither that nor a key was given. */
const passwordFor = async (cli: Cli, name: string, options: AddOptions): Promise<string | null> => {
  const { machine = false, key, passwordFile } = options
  if (passwordFile === undefined && (machine || key !== undefined || !isTerminal(cli.stdin))) return null
  const question = `Password for ${name}: `
  return await readSecret(cli, { what: 'password', file: passwordFile, question, twice: true })
}

export const userAdd: CommandModule = (command, cli) => {
  command
    .argument('<name>', 'lower case letters, digits and hyphens')
    .option('--role <role>', 'viewer looks, operator changes what runs, admin changes the mesh', 'viewer')
    .option('--machine', 'a program: it logs in by a key, and never looks after users')
    .option('--key <file>', 'an Ed25519 key that it may log in by, as ssh-keygen makes it')
    .option('--password-file <file|->', 'file with its password; - reads standard input')
    .addHelpText(
      'after',
      `
Examples:
  coterie user add ada --role operator
  coterie user add ada --key ~/.ssh/id_ed25519.pub
  coterie user add watcher --machine --key watcher.pub`,
    )
    .action(async (name: string, options: AddOptions) => {
      const role = roleIn(options.role)
      const password = await passwordFor(cli, name, options)
      const user = await clientOf(command, cli).call('POST /v1/users', {
        body: {
          user: name,
          kind: options.machine === true ? 'machine' : 'person',
          role,
          ...(password !== null && { password }),
          ...(options.key !== undefined && { key: await publicLineOf(options.key) }),
        },
      })
      const isLocked = !user.hasPassword && user.keys.length === 0
      const next = isLocked ? ` Nobody can log in as ${name} before it has a password or a key.` : ''
      show(cli, wantsJson(command), user, `Added ${name}, ${user.role}.${next}`)
    })
}

export const userRm: CommandModule = (command, cli) => {
  command
    .argument('<name>', 'a user')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
All sessions of the user end at once, here and on every machine that hears of it. The removal itself needs a majority.

Example:
  coterie user rm ada`,
    )
    .action(async (name: string, { yes = false }: { yes?: boolean }) => {
      await confirm(command, cli, { what: `remove the user ${name}`, yes })
      const answer = await clientOf(command, cli).call('DELETE /v1/users/:user', { params: { user: name } })
      if (wantsJson(command)) cli.stdout.write(jsonLine(answer))
      if (answer.state === 'pending') throw new CoterieError('userRemovalPending', { user: name })
      if (!wantsJson(command)) cli.stdout.write(`Removed ${name}.\n`)
    })
}

export const userRole: CommandModule = (command, cli) => {
  command
    .argument('<name>', 'a user')
    .argument('<role>', 'viewer, operator or admin')
    .addHelpText('after', '\nExample:\n  coterie user role ada admin')
    .action(async (name: string, role: string) => {
      const user = await clientOf(command, cli).call('POST /v1/users/:user/role', {
        params: { user: name },
        body: { role: roleIn(role) },
      })
      show(cli, wantsJson(command), user, `${name} is ${user.role} now.`)
    })
}

interface PasswdOptions {
  readonly passwordFile?: string
  readonly own?: true
}

export const userPasswd: CommandModule = (command, cli) => {
  command
    .argument('<name>', 'a user')
    .option('--own', 'it is your own: the present password is asked for too')
    .option('--password-file <file|->', 'file with the new password; - reads standard input')
    .addHelpText(
      'after',
      `
All sessions of the user end. The account admin, which is there from the founding on, has no password until this gave it one.

Examples:
  coterie user passwd admin
  coterie user passwd ada --own --api https://192.168.1.10:8080`,
    )
    .action(async (name: string, { passwordFile, own }: PasswdOptions) => {
      const current = own
        ? await readSecret(cli, {
            what: 'password',
            file: undefined,
            question: `Present password of ${name}: `,
          })
        : undefined
      const question = `New password of ${name}: `
      const password = await readSecret(cli, { what: 'password', file: passwordFile, question, twice: true })
      const user = await clientOf(command, cli).call('POST /v1/users/:user/password', {
        params: { user: name },
        body: { password, ...(current !== undefined && { current }) },
      })
      show(cli, wantsJson(command), user, `${name} has a new password.`)
    })
}

export const userKey: CommandModule = (command, cli) => {
  command
    .argument('<action>', 'ls, add or rm')
    .argument('<name>', 'a user')
    .argument('[key]', 'add: a file with an Ed25519 key; rm: its fingerprint, as ls shows it')
    .addHelpText(
      'after',
      `
Examples:
  coterie user key add ada ~/.ssh/id_ed25519.pub
  coterie user key ls ada
  coterie user key rm ada SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU`,
    )
    .action(async (action: string, name: string, key: string | undefined) => {
      const client = clientOf(command, cli)
      if (action === 'ls' && key === undefined) {
        const { users } = await client.call('GET /v1/users')
        const user = users.find((each) => each.user === name)
        if (user === undefined) throw new CoterieError('userUnknown', { user: name })
        const rows = user.keys.map(({ fingerprint, comment }) => [fingerprint, plain(comment)])
        return show(cli, wantsJson(command), user, table(['FINGERPRINT', 'COMMENT'], rows).trimEnd())
      }
      if (action === 'add' && key !== undefined) {
        const body = { key: await publicLineOf(key) }
        const user = await client.call('POST /v1/users/:user/keys', { params: { user: name }, body })
        return show(cli, wantsJson(command), user, `${name} may log in by ${key}.`)
      }
      if (action === 'rm' && key !== undefined) {
        const params = { user: name, fingerprint: key }
        const user = await client.call('DELETE /v1/users/:user/keys/:fingerprint', { params })
        return show(cli, wantsJson(command), user, `${name} may not log in by ${key} any more.`)
      }
      throw new CoterieError('usageWrong', { detail: 'it is ls NAME, add NAME FILE or rm NAME FINGERPRINT' })
    })
}
