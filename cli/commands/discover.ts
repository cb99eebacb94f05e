/** What each way of finding the mesh finds, by this process itself. See docs/design/discovery.md. */
import type { Discovered, DiscoverModule } from '../../protocols/control/discover-module.ts'
import type { SettingKey } from '../../protocols/control/settings/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, settingsOf, wantsJson } from '../cli.ts'
import { describeDiscovered } from '../describe-discovered.ts'
import { INTERRUPTED, untilInterrupted } from '../interrupt.ts'
import { readToken } from '../join-token.ts'
import { jsonLine } from '../output.ts'
import { settingOption } from '../setting-options.ts'

interface DiscoverOptions {
  readonly token?: string
  readonly timeout: string
}

/** Seconds: mDNS asks three times in the first one, and a slow name server gets two tries. */
const TIMEOUT_S = 3
const TIMEOUT_S_MAX = 300

const SETTINGS_USED: readonly SettingKey[] = [
  'discoveryPort',
  'listen',
  'bindInterface',
  'at',
  'tokenFile',
  'discovery',
  'discoveryDomain',
  'discoveryDnsServer',
]

export const discover: CommandModule = (command, cli) => {
  command
    .option('--timeout <seconds>', 'how long to look', String(TIMEOUT_S))
    .option('--token <token>', 'a join token of the mesh to look for')
  for (const key of SETTINGS_USED) command.addOption(settingOption(key))
  command
    .addHelpText(
      'after',
      `
On a member, the mesh is its own; elsewhere a join token says which one, given as to coterie up. Works beside a daemon and without
one, and tells nobody of this machine. With --listen on loopback it looks on loopback only.
Exit code 1 where nobody was reached. Connects: the time in which a TCP connection to the machine opened.

Examples:
  coterie discover
  coterie discover --token-file /etc/coterie/token --at 192.0.2.7
  coterie discover --discovery-domain example.org --discovery-dns-server 192.0.2.53
  coterie discover --json | jq -r '.record.texts[]'`,
    )
    .action(async ({ token, timeout }: DiscoverOptions) => {
      const timeoutMs = secondsOf(timeout) * 1_000
      const settings = await settingsOf(command, cli)
      const given = await readToken({ token, settings, env: cli.machine.env, stdin: cli.stdin })
      const { discover: look }: DiscoverModule = await import('../../node/daemon/discover.ts')
      const { found, isInterrupted } = await untilInterrupted(async (signal) => ({
        found: await look({ settings, token: given, timeoutMs, signal }),
        isInterrupted: signal.aborted,
      }))
      cli.stdout.write(wantsJson(command) ? jsonLine(found) : describeDiscovered(found, cli.stdout))
      if (isInterrupted) process.exitCode = INTERRUPTED
      else if (!isAnswered(found)) process.exitCode = 1
    })
}

const secondsOf = (text: string): number => {
  const seconds = Number(text)
  if (/^\d{1,3}$/.test(text) && seconds >= 1 && seconds <= TIMEOUT_S_MAX) return seconds
  throw new CoterieError('usageWrong', { detail: `--timeout takes 1 to ${TIMEOUT_S_MAX} seconds` })
}

const isAnswered = ({ methods }: Discovered): boolean =>
  methods.some(({ found }) => found.some(({ connectMs }) => connectMs !== null))
