import type { Settings } from '../../protocols/control/settings/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type Cli, type CommandModule, clientOf, settingsOf, wantsJson } from '../cli.ts'
import { confirm } from '../confirm.ts'
import { jsonLine } from '../output.ts'
import { describeRoot } from '../trust/describe-root.ts'
import { fetchRoot } from '../trust/fetch-root.ts'
import { forgetRoot, keepRoot, keptRoots, readGivenRoot, rootFile } from '../trust/kept-roots.ts'
import { type MeshRoot, readFingerprint, readRoot } from '../trust/mesh-root.ts'
import { browserStores } from '../trust/nss-store.ts'
import type { TrustStore } from '../trust/store.ts'
import { openSystemStore } from '../trust/system-store.ts'
import { createTools } from '../trust/tools.ts'

interface Options {
  readonly system?: true
  readonly remove?: true
  readonly print?: true
  readonly file?: string
  readonly fingerprint?: string
  readonly yes?: true
}

const usage = (detail: string) => new CoterieError('usageWrong', { detail })

/** From the file or the daemon that the words name. */
const rootGiven = async (
  { file, fingerprint }: Options,
  { api }: Settings,
  askLocal: () => Promise<string>,
): Promise<MeshRoot> => {
  if (file !== undefined) return await readGivenRoot(file)
  if (api !== null && fingerprint === undefined)
    throw usage('--api needs --fingerprint, which coterie root show prints on a machine of that mesh')
  if (api !== null && fingerprint !== undefined) return await fetchRoot(api, fingerprint)
  const root = readRoot(await askLocal())
  if (root === null) throw usage('what the daemon has is no root of a mesh')
  return root
}

/** One of those that commands trust; null where there is none. */
const rootTrusted = async (
  { fingerprint, file }: Options,
  { configDir }: Settings,
): Promise<MeshRoot | null> => {
  if (file !== undefined) return await readGivenRoot(file)
  const kept = await keptRoots(configDir)
  const found =
    fingerprint === undefined
      ? kept
      : kept.filter((root) => root.fingerprint === readFingerprint(fingerprint))
  if (found.length < 2) return found[0] ?? null
  const listed = found.map((root) => `${root.meshName} ${root.fingerprint}`).join(', ')
  throw usage(`several are trusted here, so name one with --fingerprint: ${listed}`)
}

/** Sudo gives root's browsers, where a person means their own. */
const checkUser = ({ machine: { isRoot, env } }: Cli): void => {
  const { SUDO_USER: user } = env
  if (!isRoot || user === undefined || user === '' || user === 'root') return
  throw new CoterieError('trustStoreUnusable', {
    store: `the browser of ${user}`,
    detail: 'sudo leads to that of root',
    remedy: `Type coterie trust --print > root.pem with sudo, then as ${user}: coterie trust --file root.pem`,
  })
}

const storesFor = async (cli: Cli, { system, remove }: Options): Promise<readonly TrustStore[]> => {
  const { machine } = cli
  const { platform } = process
  const tools = createTools(machine.env)
  // Elsewhere browsers go by the system, and a person put the root there by hand.
  if (platform !== 'linux' && remove) return []
  if (system || platform !== 'linux')
    return [openSystemStore(tools, { platform, isRoot: machine.isRoot, root: '/' })]
  checkUser(cli)
  return await browserStores(tools, machine)
}

interface Changed {
  readonly store: string
  readonly path: string
  /** False where it was as wanted already. */
  readonly changed: boolean
}

const changeAll = async (
  stores: readonly TrustStore[],
  root: MeshRoot,
  wanted: boolean,
  change: (store: TrustStore) => Promise<void>,
): Promise<Changed[]> => {
  const done: Changed[] = []
  for (const store of stores) {
    const changed = (await store.has(root)) !== wanted
    if (changed) await change(store)
    done.push({ store: store.name, path: store.path, changed })
  }
  return done
}

const told = (done: readonly Changed[], words: { readonly changed: string; readonly same: string }): string =>
  done
    .map(({ store, path, changed }) => `${store}: ${changed ? words.changed : words.same} (${path})\n`)
    .join('')

const RESTART = 'A browser that runs has to be started again.\n'

export const trust: CommandModule = (command, cli) => {
  const say = (options: Options, root: MeshRoot, done: readonly Changed[]): void => {
    const words = options.remove
      ? { changed: 'trusts it no more', same: 'did not trust it' }
      : { changed: 'trusts it now', same: 'trusted it already' }
    const restart = options.system !== true && done.some(({ changed }) => changed) ? RESTART : ''
    const { mesh, meshName, fingerprint } = root
    const answer = { mesh, meshName, fingerprint, stores: done }
    cli.stdout.write(wantsJson(command) ? jsonLine(answer) : told(done, words) + restart)
  }
  const install = async (options: Options, settings: Settings, root: MeshRoot): Promise<void> => {
    const file = rootFile(settings.configDir, root)
    const stores = await storesFor(cli, options)
    for (const store of stores) store.check()
    if (!wantsJson(command)) cli.stdout.write(`${describeRoot(root, stores)}\n`)
    await confirm(command, cli, { what: `trust the root of ${root.meshName}`, yes: options.yes === true })
    await keepRoot(settings.configDir, root)
    say(options, root, await changeAll(stores, root, true, (store) => store.add(root, file)))
  }
  const remove = async (options: Options, settings: Settings): Promise<void> => {
    const root = await rootTrusted(options, settings)
    if (root === null) {
      cli.stdout.write(wantsJson(command) ? jsonLine({ stores: [] }) : 'No root of a mesh is trusted here.\n')
      return
    }
    const stores = await storesFor(cli, options)
    const done = await changeAll(stores, root, false, (store) => store.remove(root))
    await forgetRoot(settings.configDir, root)
    say(options, root, done)
  }
  command
    .option('--system', 'all programs of this machine rather than the browsers of this user; needs root')
    .option('--remove', 'trust it no more')
    .option('--print', 'print the root in PEM and change nothing')
    .option('--file <pem>', 'the root, as coterie trust --print gave it')
    .option('--fingerprint <sha256>', 'that of the root, as coterie root show prints it: needed with --api')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
Lets the browsers of this user (Chromium and Firefox on Linux), or with --system this machine, trust HTTPS of the mesh, and commands
with --api too. The root comes from the daemon of this machine; from another one with --api and --fingerprint; or from a file.

Examples:
  coterie trust
  coterie trust --api https://192.168.1.10:8080 --fingerprint 3f2a...
  sudo coterie trust --system
  coterie trust --print > root.pem
  coterie trust --remove`,
    )
    .action(async () => {
      const options = command.opts<Options>()
      const { values: settings } = await settingsOf(command, cli)
      if (options.remove) return await remove(options, settings)
      const askLocal = async () => (await clientOf(command, cli).call('GET /v1/root')).certificate
      const root = await rootGiven(options, settings, askLocal)
      if (options.print) cli.stdout.write(wantsJson(command) ? jsonLine({ pem: root.pem }) : root.pem)
      else await install(options, settings, root)
    })
}
