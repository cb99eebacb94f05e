/** The one command that holds the daemon itself. */
import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type {
  AskingPerson,
  Daemon,
  DaemonModule,
  DaemonReady,
  OpenLanRequest,
} from '../../protocols/control/index.ts'
import { type ResolvedSettings, SETTING_KEYS, SETTINGS } from '../../protocols/control/settings/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { type Cli, type CommandModule, settingsOf, wantsJson } from '../cli.ts'
import { type Client, createClient } from '../client.ts'
import { confirm } from '../confirm.ts'
import { describeAsked, describeOpened } from '../describe-asking.ts'
import { readToken } from '../join-token.ts'
import { isTerminal, jsonLine } from '../output.ts'
import { qrCode } from '../qr-code.ts'
import { describeReady, nextMachine } from '../ready.ts'
import { GLOBAL_SETTINGS, settingOption } from '../setting-options.ts'
import { endOnUnexpected } from '../unexpected.ts'
import { readWindow } from '../window.ts'

interface UpOptions {
  readonly init?: boolean
  readonly meshName?: string
  readonly token?: string
  readonly qr?: boolean
  readonly ask?: boolean
  readonly yes?: boolean
  readonly openLan?: string
  readonly autoApprove?: boolean
}

const MESH_NAME = 'coterie'

export const up: CommandModule = (command, cli) => {
  command
    .option('--init', 'found a new mesh, with this machine as its first')
    .option('--mesh-name <name>', `name of the mesh to found (default: ${MESH_NAME})`)
    .option('--token <token>', 'the join token of the mesh to join, as coterie token create prints it')
    .option('--ask', 'ask a mesh of this LAN that is open to be let in, without a token')
    .option('-y, --yes', 'with --ask, join whoever answers, without a question about the fingerprint')
    .option('--open-lan <duration>', 'let machines of the LAN ask to join, for a while: 10m, a day at most')
    .option('--auto-approve', 'with --open-lan, let in whoever asks')
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
  coterie up --ask
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
      const openLan = openLanOf(options)
      const asking = askingOf(options, command, cli)
      await nameProcess()
      const { startDaemon }: DaemonModule = await import('../../node/daemon.ts')
      const run = stoppedBySignals(cli)
      let daemon = await run((signal) => startDaemon({ settings, founding, token, asking, signal }))
      if (daemon === null) return
      const json = wantsJson(command)
      cli.stdout.write(announce(daemon.ready, json))
      if (!json && options.qr === true && daemon.ready.token !== null)
        cli.stdout.write(await qrCode(daemon.ready.token))
      if (openLan !== null) {
        const { window } = await ownClient(settings).call('POST /v1/open-lan', { body: openLan })
        if (!json && window !== null) cli.stdout.write(describeOpened(window))
      }
      const comesBack = { settings, founding: null, token: null, asking: null }
      while (daemon !== null && (await daemon.stopped) === 'rotated') {
        daemon = await run((signal) => startDaemon({ ...comesBack, signal }))
        if (daemon !== null) cli.stdout.write(announce(daemon.ready, json))
      }
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

const openLanOf = ({ openLan, autoApprove = false }: UpOptions): OpenLanRequest | null => {
  if (openLan !== undefined)
    return { forMs: readWindow(openLan, '--open-lan'), autoApprove, role: 'full', cidrs: [] }
  if (!autoApprove) return null
  throw new CoterieError('usageWrong', {
    detail: '--auto-approve says how --open-lan is meant: it needs that',
  })
}

/** Of the daemon in this process, whichever one other commands ask. */
const ownClient = ({ values: { socket } }: ResolvedSettings): Client =>
  createClient({ place: async () => ({ socketPath: socket }) })

const askingOf = ({ ask = false, yes = false, init, token }: UpOptions, command: Command, cli: Cli) => {
  if (!ask) return null
  if (init === true || token !== undefined)
    throw new CoterieError('usageWrong', {
      detail: '--ask is for a machine that has no token, and founds no mesh',
    })
  const compare: AskingPerson['compare'] = async (asked, signal) => {
    cli.stderr.write(describeAsked(asked))
    const what = `join ${asked.mesh.name}, whose admin sees the same number`
    await confirm(command, cli, { what, yes, signal })
    cli.stderr.write('It joins as soon as an admin approves.\n')
  }
  return { compare }
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
 * Starts daemons, one after the other. The first signal stops the one that there is gracefully, also one that starts; the second ends it
 * at once. An unexpected error stops it as a signal does. Null where it was stopped before it was ready.
 */
const stoppedBySignals = (cli: Cli) => {
  const stopping = new AbortController()
  let daemon: Daemon | null = null
  const stop = () => {
    stopping.abort(new CoterieError('daemonStopping', {}))
    // What goes wrong while stopping rejects `stopped` as well, where it is told.
    daemon?.stop().catch(() => {})
  }
  const onSignal = () => {
    if (stopping.signal.aborted) process.exit(1)
    cli.stderr.write('coterie: stopping. Once more ends it at once.\n')
    stop()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  // A terminal that is closed says so by this signal; whoever has none means that files have changed.
  process.on('SIGHUP', () => (isTerminal(cli.stdin) ? stop() : void daemon?.reload()))
  endOnUnexpected(stop, cli.stderr)
  return async (start: (signal: AbortSignal) => Promise<Daemon>): Promise<Daemon | null> => {
    daemon = null
    if (stopping.signal.aborted) return null
    try {
      daemon = await start(stopping.signal)
    } catch (error) {
      if (isCoterieError(error, 'daemonStopping')) return null
      throw error
    }
    if (stopping.signal.aborted) stop()
    return daemon
  }
}
