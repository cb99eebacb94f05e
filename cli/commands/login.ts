import type { Command } from 'commander'
import type { LoginTokens } from '../../protocols/control/index.ts'
import type { Settings } from '../../protocols/control/settings/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { type Cli, type CommandModule, settingsOf, wantsJson } from '../cli.ts'
import { type Client, createClient } from '../client.ts'
import { loginUrls } from '../contexts/places.ts'
import { failureOf } from '../failure.ts'
import { loginByKey } from '../login/key-login.ts'
import { changeLogin, loginAt, loginFileIn } from '../login/login-file.ts'
import { jsonLine } from '../output.ts'
import { placeAt } from '../remote-place.ts'
import { readSecret } from '../secret.ts'
import { fetchRoot } from '../trust/fetch-root.ts'
import { keepRoot } from '../trust/kept-roots.ts'

interface Options {
  readonly user: string
  readonly key?: string
  readonly agent?: true
  readonly passwordFile?: string
  readonly fingerprint?: string
}

const tokensOf = async (
  cli: Cli,
  client: Client,
  url: string,
  options: Options,
  askPassword: () => Promise<string>,
): Promise<LoginTokens> => {
  const { user, key, agent = false, passwordFile } = options
  const isByKey = key !== undefined || agent
  if (isByKey && passwordFile !== undefined)
    throw new CoterieError('usageWrong', { detail: 'give a key or a password, not both' })
  if (isByKey)
    return await loginByKey(client, {
      url,
      user,
      keyFile: key ?? null,
      agentPath: cli.machine.env.SSH_AUTH_SOCK,
    })
  const password = await askPassword()
  return await client.call('POST /v1/login/password', { body: { user, password } })
}

export const login: CommandModule = (command, cli) => {
  command
    .requiredOption('--user <name>', 'as whom')
    .option('--key <file>', 'log in by this Ed25519 key; where it is a .pub file, by ssh-agent')
    .option('--agent', 'log in by a key of ssh-agent')
    .option('--password-file <file|->', 'file with the password; - reads standard input')
    .option(
      '--fingerprint <sha256>',
      "that of the mesh's root, as coterie root show has it: commands trust it from now on",
    )
    .addHelpText(
      'after',
      `
Over the unix socket nobody needs to log in: whoever may open it is an admin. A login is for another machine, or for another user
of this one; commands with the same --api then ask as that user. Without --api it is the API of this machine, or in a context
those of all its machines.

Examples:
  coterie login --user ada
  coterie login --api https://192.168.1.10:8080 --fingerprint 3f2a... --user ada --key ~/.ssh/id_ed25519
  coterie --api https://192.168.1.10:8080 ps`,
    )
    .action(async (options: Options) => {
      const settings = await settingsOf(command, cli)
      const urls = await loginUrls(settings)
      // A password is typed once, however many machines there are.
      const ask = once(() => passwordOf(cli, options))
      const failed: unknown[] = []
      for (const url of urls) {
        try {
          const { refreshUntilMs } = await loginTo(cli, settings.values, url, options, ask)
          const done = { api: url, user: options.user, untilMs: refreshUntilMs }
          const where = urls.length > 1 ? '.' : `. Commands go there with --api ${url}, or with COTERIE_API.`
          cli.stdout.write(
            wantsJson(command) ? jsonLine(done) : `Logged in at ${url} as ${options.user}${where}\n`,
          )
        } catch (error) {
          // Machines of one mesh: those that are away now are asked when they are back.
          if (urls.length === 1 || !isCoterieError(error, 'daemonUnreachable')) throw error
          failed.push(error)
          cli.stderr.write(`${failureOf(error).line}\n`)
        }
      }
      if (failed.length === urls.length) throw failed[0]
    })
}

const once = <Value>(make: () => Promise<Value>): (() => Promise<Value>) => {
  let made: Promise<Value> | null = null
  return () => {
    made ??= make()
    return made
  }
}

const passwordOf = (cli: Cli, { user, passwordFile }: Options): Promise<string> =>
  readSecret(cli, { what: 'password', file: passwordFile, question: `Password of ${user}: ` })

const loginTo = async (
  cli: Cli,
  values: Settings,
  url: string,
  options: Options,
  password: () => Promise<string>,
): Promise<LoginTokens> => {
  const missing = () => Promise.reject(new CoterieError('loginMissing', { url }))
  if (options.fingerprint !== undefined)
    await keepRoot(values.configDir, await fetchRoot(url, options.fingerprint))
  const client = createClient({ place: async () => placeAt(values, url, missing) })
  const tokens = await tokensOf(cli, client, url, options, password)
  await changeLogin(loginFileIn(values.configDir), url, async () => ({ user: options.user, ...tokens }))
  return tokens
}

export const logout: CommandModule = (command, cli) => {
  command
    .addHelpText('after', '\nExample:\n  coterie logout --api https://192.168.1.10:8080')
    .action(async () => {
      const settings = await settingsOf(command, cli)
      const { values } = settings
      const urls = await loginUrls(settings)
      const known = await Promise.all(urls.map((url) => loginAt(loginFileIn(values.configDir), url)))
      const there = urls.filter((_, at) => known[at] !== null)
      for (const url of there.length > 0 ? there : urls.slice(0, 1)) await logoutAt(command, cli, values, url)
    })
}

const logoutAt = async (command: Command, cli: Cli, values: Settings, url: string): Promise<void> => {
  const { accessToken } = await import('../login/access-token.ts')
  const token = () => accessToken(values, url)
  const client = createClient({ place: async () => placeAt(values, url, token) })
  const answer = await client.call('POST /v1/logout').catch((error: unknown) => {
    // It is over there already, and is to be forgotten here.
    if (isCoterieError(error, 'sessionOver') || isCoterieError(error, 'tokenRefused')) return { ended: null }
    throw error
  })
  await changeLogin(loginFileIn(values.configDir), url, async () => null)
  cli.stdout.write(wantsJson(command) ? jsonLine(answer) : `Logged out at ${url}.\n`)
}
