/** The one command that holds the daemon itself. */
import type { Daemon, DaemonModule, DaemonReady } from '../../protocols/control/index.ts'
import { SETTING_KEYS } from '../../protocols/control/settings/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Cli, type CommandModule, settingsOf, wantsJson } from '../cli.ts'
import { readSecret } from '../mesh-secret.ts'
import { jsonLine } from '../output.ts'
import { describeReady, nextMachine } from '../ready.ts'
import { GLOBAL_SETTINGS, settingOption } from '../setting-options.ts'

interface UpOptions {
  readonly init?: boolean
  readonly meshName?: string
  readonly token?: string
}

const MESH_NAME = 'coterie'

export const up: CommandModule = (command, cli) => {
  command
    .option('--init', 'found a new mesh, with this machine as its first')
    .option('--mesh-name <name>', `name of the mesh to found (default: ${MESH_NAME})`)
    .option('--token <secret>', 'the mesh secret; other users of this machine can see it here')
  for (const key of SETTING_KEYS) if (!GLOBAL_SETTINGS.includes(key)) command.addOption(settingOption(key))
  command
    .addHelpText(
      'after',
      `
A machine that is a member needs none of --init and the secret. The secret is best given by --token-file or
COTERIE_TOKEN. SIGTERM or Ctrl-C stops the daemon, which stays a member; a second one ends it at once.
Logs go to standard error, one JSON object a line.

Examples:
  coterie up --init
  coterie up --token-file /etc/coterie/secret
  COTERIE_TOKEN=coterie-... coterie up --at 192.0.2.7
  pass coterie | coterie up --token-file -`,
    )
    .action(async (options: UpOptions) => {
      const settings = settingsOf(command, cli)
      const secret = await readSecret({
        token: options.token,
        settings,
        env: cli.machine.env,
        stdin: cli.stdin,
      })
      hideSecret(options, cli)
      const founding = foundingOf(options)
      const { startDaemon }: DaemonModule = await import('../../node/daemon.ts')
      const daemon = await stoppedBySignals(() => startDaemon({ settings, founding, secret }), cli)
      cli.stdout.write(announce(daemon.ready, wantsJson(command)))
      await daemon.stopped
    })
}

const announce = (ready: DaemonReady, json: boolean): string =>
  json ? jsonLine({ ...ready, nextMachine: nextMachine(ready) }) : describeReady(ready)

const foundingOf = ({ init = false, meshName, token }: UpOptions) => {
  if (init && token !== undefined)
    throw new CoterieError('usageWrong', {
      detail: '--init founds a mesh of its own, and --token joins another one: give one of them',
    })
  if (!init && meshName !== undefined)
    throw new CoterieError('usageWrong', {
      detail: '--mesh-name names a mesh that is founded: it needs --init',
    })
  return init ? { meshName: meshName ?? MESH_NAME } : null
}

/** Takes the secret from where other users, or what the daemon starts, would find it. */
const hideSecret = ({ token }: UpOptions, cli: Cli): void => {
  delete process.env.COTERIE_TOKEN
  if (token === undefined) return
  cli.stderr.write(
    'coterie: other users of this machine could see that --token in the process list. Use --token-file or COTERIE_TOKEN.\n',
  )
  // Overwrites the arguments that the process list shows.
  process.title = 'coterie up'
}

/** The first signal stops the daemon gracefully, also one that comes while it starts; the second ends it at once. */
const stoppedBySignals = async (start: () => Promise<Daemon>, cli: Cli): Promise<Daemon> => {
  let daemon: Daemon | null = null
  let asked = false
  const stop = () => {
    // What goes wrong while stopping rejects `stopped` as well, where it is told.
    daemon?.stop().catch(() => {})
  }
  const onSignal = () => {
    if (asked) process.exit(1)
    asked = true
    cli.stderr.write('coterie: stopping. Once more ends it at once.\n')
    stop()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  daemon = await start()
  if (asked) stop()
  return daemon
}
