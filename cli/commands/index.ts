/**
 * Every command, by topic: a line holds its words, its summary, and the file that is loaded when it runs or prints its help, and not
 * before. The file exports a `CommandModule` under the words in camel case: `node open-lan` is `nodeOpenLan`.
 */
import type { CommandModule } from '../cli.ts'

/** First words that several commands share, with their summaries. */
export const GROUPS: Readonly<Record<string, string>> = {
  node: 'the machines of the mesh',
  project: 'projects, and which of them this machine remembers the tasks of',
  conflicts: 'edits of the same time that lost, until they are settled',
  token: 'what machines join by',
  root: "the root of the mesh's certificates, and its key",
  issuer: 'who issues certificates',
  user: 'who may use the mesh, and as what',
  session: 'who is logged in',
  registry: 'where images come from, and how the mesh logs in there',
  context: 'meshes that are entered from here, each by any of its machines',
  quorum: 'the way out where the majority of the voters is lost for good',
}

export interface CommandEntry {
  /** What the help lists it under. */
  readonly topic: string
  /** One word, or two as in `node ls`. */
  readonly words: readonly string[]
  readonly summary: string
  load(): Promise<CommandModule>
}

type Joined<
  Words extends string,
  Between extends string,
> = Words extends `${infer First}${Between}${infer Rest}`
  ? `${First}${Capitalize<Joined<Rest, Between>>}`
  : Words
type InCamelCase<Words extends string> = Joined<Joined<Words, ' '>, '-'>
type Line<Words extends string> = readonly [
  summary: string,
  file: () => Promise<{ readonly [Name in InCamelCase<Words>]: CommandModule }>,
]

const inCamelCase = (words: string): string =>
  words.replace(/[ -](\w)/g, (_, letter: string) => letter.toUpperCase())

/** Does not compile where a file lacks the export that its line stands for. */
const about = <Words extends string>(topic: string, lines: { readonly [Key in Words]: Line<Key> }) =>
  Object.entries<Line<string>>(lines).map(
    ([words, [summary, file]]): CommandEntry => ({
      topic,
      words: words.split(' '),
      summary,
      load: async () => (await file())[inCamelCase(words)] as CommandModule,
    }),
  )

// biome-ignore format: one line a command
export const COMMANDS: readonly CommandEntry[] = [
  ...about('Services', {
    deploy: ['run the services of a Compose file: plan, confirm, wait until they run', () => import('./deploy.ts')],
    ls: ['list the services', () => import('./ls.ts')],
    ps: ['show services and tasks: what runs where, and what waits for what', () => import('./ps.ts')],
    logs: ['show what a service, a task or the daemon of a machine writes', () => import('./logs.ts')],
    inspect: ['show all that is known of a service, a task or a node', () => import('./inspect.ts')],
    explain: ['tell why tasks are where they are, and why not elsewhere', () => import('./explain.ts')],
    scale: ['give services another number of replicas', () => import('./scale.ts')],
    update: ['change the image or the variables of a service', () => import('./update.ts')],
    rollback: ['bring an earlier revision of a service back', () => import('./rollback.ts')],
    history: ['list the revisions of a service', () => import('./history.ts')],
    restart: ['give the tasks of a service a fresh start, one after the other', () => import('./restart.ts')],
    stop: ['end the tasks of a service, and keep it', () => import('./stop.ts')],
    exec: ['run a command in the container of a task, wherever that runs', () => import('./exec.ts')],
    top: ['show what tasks use: processor, memory, network, disk', () => import('./top.ts')],
    open: ['print the link of a service and open it in a browser', () => import('./open.ts')],
    rm: ['remove a service or a project', () => import('./rm.ts')],
    down: ['remove all services of a project', () => import('./down.ts')],
    pending: ['show changes that wait for a majority', () => import('./pending.ts')],
    'conflicts ls': ['list the open conflicts', () => import('./conflicts.ts')],
    'conflicts show': ['show what both sides of a conflict say', () => import('./conflicts.ts')],
    'conflicts accept': ['keep what counts now and settle the conflict', () => import('./conflicts.ts')],
    'conflicts revert': ['put back what lost and settle the conflict', () => import('./conflicts.ts')],
    'registry login': ['let every machine pull images from a registry that wants a login', () => import('./registry.ts')],
    'registry logout': ['take that login from the mesh', () => import('./registry.ts')],
    'registry ls': ['list the registries that the mesh logs in to', () => import('./registry.ts')],
    'project ls': ['list the projects, and whether this machine keeps the records of their tasks', () => import('./project.ts')],
    'project link': ['keep the records of the tasks of a project on this machine', () => import('./project.ts')],
    'project unlink': ['keep them on this machine no longer', () => import('./project.ts')],
    sim: ['rehearse what would become of services if machines failed; no machine is touched', () => import('./sim.ts')],
  }),
  ...about('The mesh', {
    status: ['show this node and its view of the mesh', () => import('./status.ts')],
    events: ['show what happened, and with -f what happens', () => import('./events.ts')],
    voters: ['show who votes, who leads, and whether a majority is there', () => import('./voters.ts')],
    'node ls': ['list the nodes of the mesh', () => import('./node-ls.ts')],
    'node rm': ['shut a machine out of the mesh, at once and for ever', () => import('./node-rm.ts')],
    'node rotate': ['give this machine a new key, under the same name', () => import('./node-rotate.ts')],
    'node revocations': ['list the machines that were shut out', () => import('./node-rm.ts')],
    'node open-lan': ['let machines of the LAN ask to join without a token, for a while', () => import('./node-asking.ts')],
    'node close-lan': ['let them ask no more', () => import('./node-asking.ts')],
    'node requests': ['list the machines that ask to join', () => import('./node-asking.ts')],
    'node approve': ['let in a machine that asks', () => import('./node-asking.ts')],
    'node deny': ['do not let it in', () => import('./node-asking.ts')],
    'token create': ['make a token, and print the line that a machine joins with', () => import('./token.ts')],
    'token ls': ['list the tokens that have not expired, and how often each was used', () => import('./token.ts')],
    'token rm': ['let a token admit nobody any more', () => import('./token.ts')],
    'quorum recover': ['go on at this machine where the majority of the voters is lost for good', () => import('./quorum.ts')],
    'quorum lost': ['list what only the voters had that were given up', () => import('./quorum.ts')],
  }),
  ...about('This machine', {
    up: ['start the daemon of this machine: found a mesh, join one, or come back to it', () => import('./up.ts')],
    leave: ['take this machine out of the mesh for good', () => import('./leave.ts')],
    backup: ['put this machine, and what it knows of the mesh, into one sealed file', () => import('./backup.ts')],
    restore: ['make a data directory of a backup, or show what is in it', () => import('./restore.ts')],
    config: ['show every setting with its source', () => import('./config.ts')],
    profile: ['show what this machine is, its class, and what it is good for', () => import('./profile.ts')],
    discover: ['show what each way of finding the mesh finds here, and in what time', () => import('./discover.ts')],
    doctor: ['look for what is wrong with this machine and its connections, and say what cures it', () => import('./doctor.ts')],
    completion: ['print what lets bash, zsh or fish complete words', () => import('./completion.ts')],
    'completion-words': ['say what may stand where somebody is typing', () => import('./completion.ts')],
    watchdog: ['end exclusive tasks at the end of their lease, whatever became of the daemon', () => import('./watchdog.ts')],
    demo: ['show all of it on this machine: three daemons, a lost one, a page through WebRTC', () => import('./demo.ts')],
  }),
  ...about('People and certificates', {
    login: ['log in at the API of a machine, by password or by key', () => import('./login.ts')],
    logout: ['end the login there', () => import('./login.ts')],
    'context add': ['name a mesh, and the machines by which it is entered', () => import('./context.ts')],
    'context ls': ['list the contexts', () => import('./context.ts')],
    'context use': ['let commands ask there from now on', () => import('./context.ts')],
    'context rm': ['forget a context', () => import('./context.ts')],
    'session ls': ['list who is logged in', () => import('./session.ts')],
    'session rm': ['end a session at once, everywhere', () => import('./session.ts')],
    'session token': ['print a token of the login for another program', () => import('./session.ts')],
    'user ls': ['list the users', () => import('./user.ts')],
    'user add': ['add a person or a program that may use the mesh', () => import('./user.ts')],
    'user rm': ['remove a user and end its sessions', () => import('./user.ts')],
    'user role': ['give a user another role', () => import('./user.ts')],
    'user passwd': ['set the password of a user', () => import('./user.ts')],
    'user key': ['list, add and remove the keys that a user logs in by', () => import('./user.ts')],
    trust: ["let this user's browsers, or this system, trust HTTPS of the mesh", () => import('./trust.ts')],
    'root show': ["show the root of the mesh's certificates, and whether its key is here", () => import('./root.ts')],
    'root export': ["take the root's key away from this machine, into a sealed file", () => import('./root.ts')],
    'root import': ["bring the root's key back to this machine", () => import('./root.ts')],
    'issuer ls': ['list who issues certificates', () => import('./issuer.ts')],
    'issuer grant': ['let a machine issue certificates', () => import('./issuer.ts')],
    'issuer rotate': ['give an issuer another key', () => import('./issuer.ts')],
    'issuer revoke': ['let a machine issue certificates no more', () => import('./issuer.ts')],
  }),
]
