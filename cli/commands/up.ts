/** The one command that holds the daemon itself. */
import { writeFile } from 'node:fs/promises'
import type { Daemon, DaemonModule, DaemonReady } from '../../protocols/control/index.ts'
import { type ResolvedSettings, SETTING_KEYS, SETTINGS } from '../../protocols/control/settings/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { type Cli, type CommandModule, settingsOf, wantsJson } from '../cli.ts'
import { readToken } from '../join-token.ts'
import { isTerminal, jsonLine } from '../output.ts'
import { qrCode } from '../qr-code.ts'
import { describeReady, nextMachine } from '../ready.ts'
import { GLOBAL_SETTINGS, settingOption } from '../setting-options.ts'
import { endOnUnexpected } from '../unexpected.ts'

interface UpOptions {
  readonly init?: boolean
  readonly meshName?: string
  readonly token?: string
  readonly qr?: boolean
}

const MESH_NAME = 'coterie'

export const up: CommandModule = (command, cli) => {
  command
    .option('--init', 'found a new mesh, with this machine as its first')
    .option('--mesh-name <name>', `name of the mesh to found (default: ${MESH_NAME})`)
    .option('--token <token>', 'the join token of the mesh to join, as coterie token create prints it')
    .option('--qr', 'with --init, also show the token of the next machine as a QR code')
  for (const key of SETTING_KEYS) if (!GLOBAL_SETTINGS.includes(key)) command.addOption(settingOption(key))
  command
    .addHelpText(
      'after',
      `
A machine that is a member needs none of --init and the token. The token may also be given by --token-file or
COTERIE_TOKEN; it is used once, and kept nowhere. SIGTERM or Ctrl-C stops the daemon, which stays a member; a second one ends it at once.
SIGHUP makes it read --tls-certificate again; from a terminal that is closed it stops the daemon.
Logs go to standard error, one JSON object a line.

Examples:
  coterie up --init
  coterie up --token coterie_...
  coterie up --token-file /etc/coterie/token --at 192.0.2.7
  ssh attic coterie token create --json | jq -r .text | coterie up --token-file -`,
    )
    .action(async (options: UpOptions) => {
      const settings = await settingsOf(command, cli)
      const token = await readToken({
        token: options.token,
        settings,
        env: cli.machine.env,
        stdin: cli.stdin,
      })
      hideToken(options)
      const founding = foundingOf(options, settings)
      await nameProcess()
      const { startDaemon }: DaemonModule = await import('../../node/daemon.ts')
      const start = (signal: AbortSignal) => startDaemon({ settings, founding, token, signal })
      const daemon = await stoppedBySignals(start, cli)
      if (daemon === null) return
      const json = wantsJson(command)
      cli.stdout.write(announce(daemon.ready, json))
      if (!json && options.qr === true && daemon.ready.token !== null)
        cli.stdout.write(await qrCode(daemon.ready.token))
      await daemon.stopped
    })
}

const announce = (ready: DaemonReady, json: boolean): string =>
  json ? jsonLine({ ...ready, nextMachine: nextMachine(ready) }) : describeReady(ready)

const foundingOf = ({ init = false, meshName, token }: UpOptions, { values, sources }: ResolvedSettings) => {
  if (init && token !== undefined)
    throw new CoterieError('usageWrong', {
      detail: '--init founds a mesh of its own, and --token joins another one: give one of them',
    })
  if (!init && meshName !== undefined)
    throw new CoterieError('usageWrong', {
      detail: '--mesh-name names a mesh that is founded: it needs --init',
    })
  if (init && values.role === 'edge')
    throw new CoterieError('settingInvalid', {
      setting: SETTINGS.role.name,
      source: sources.role.from === 'default' ? 'default' : sources.role.name,
      detail: 'the first node of a mesh is a full one, since it decides alone',
    })
  return init ? { meshName: checkedName(meshName ?? MESH_NAME) } : null
}

/** A mesh is named by the rules of a node. */
const checkedName = (text: string): string => {
  const read = SETTINGS.nodeName.kind.read(text, '')
  if ('value' in read) return read.value
  throw new CoterieError('settingInvalid', {
    setting: 'mesh-name',
    source: '--mesh-name',
    detail: read.complaint,
  })
}

/** Lists of processes, and whoever finds a port taken, shall see more than Node's "MainThread". */
const nameProcess = () => writeFile('/proc/self/comm', 'coterie').catch(() => {})

/** Takes the token from where other users, or what the daemon starts, would find it: it may be good for more machines. */
const hideToken = ({ token }: UpOptions): void => {
  delete process.env.COTERIE_TOKEN
  // Overwrites the arguments that the process list shows.
  if (token !== undefined) process.title = 'coterie up'
}

/**
 * The first signal stops the daemon gracefully, also one that comes while it starts; the second ends it at once.
 * An unexpected error stops it as a signal does. Null where it was stopped before it was ready.
 */
const stoppedBySignals = async (
  start: (signal: AbortSignal) => Promise<Daemon>,
  cli: Cli,
): Promise<Daemon | null> => {
  const starting = new AbortController()
  let daemon: Daemon | null = null
  const stop = () => {
    starting.abort(new CoterieError('daemonStopping', {}))
    // What goes wrong while stopping rejects `stopped` as well, where it is told.
    daemon?.stop().catch(() => {})
  }
  const onSignal = () => {
    if (starting.signal.aborted) process.exit(1)
    cli.stderr.write('coterie: stopping. Once more ends it at once.\n')
    stop()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  // A terminal that is closed says so by this signal; whoever has none means that files have changed.
  process.on('SIGHUP', () => (isTerminal(cli.stdin) ? stop() : void daemon?.reload()))
  endOnUnexpected(stop, cli.stderr)
  try {
    daemon = await start(starting.signal)
  } catch (error) {
    if (isCoterieError(error, 'daemonStopping')) return null
    throw error
  }
  if (starting.signal.aborted) stop()
  return daemon
}
