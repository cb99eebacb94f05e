import { rule } from './rule.ts'

const nearest = (near: string | null): string => (near === null ? '' : `; the nearest is ${near}`)

/** Errors of the command line itself. Wire numbers 270 to 289. */
export const cliErrors = {
  commandUnknown: rule<{ command: string; near: string | null }>({
    wire: 270,
    http: 400,
    exit: 1,
    cause: ({ command, near }) => `there is no command ${command}${nearest(near)}`,
    next: () => 'See coterie --help',
  }),
  optionUnknown: rule<{ option: string; near: string | null }>({
    wire: 271,
    http: 400,
    exit: 1,
    cause: ({ option, near }) => `there is no option ${option} here${nearest(near)}`,
    next: () => 'See the command with --help',
  }),
  usageWrong: rule<{ detail: string }>({
    wire: 272,
    http: 400,
    exit: 1,
    cause: ({ detail }) => detail,
    next: () => 'See the command with --help',
  }),
  tokenUnreadable: rule<{ source: string; detail: string }>({
    wire: 273,
    http: 400,
    exit: 1,
    cause: ({ source, detail }) => `the mesh secret cannot be read from ${source}: ${detail}`,
    next: () => 'Give it by --token-file FILE, --token-file - or COTERIE_TOKEN',
  }),
  answerLate: rule<{ request: string; timeoutMs: number }>({
    wire: 274,
    http: 504,
    exit: 1,
    cause: ({ request, timeoutMs }) => `the daemon did not answer ${request} within ${timeoutMs} ms`,
    next: () => 'Look at the log of the daemon, then try again',
  }),
  answerUnreadable: rule<{ request: string; detail: string }>({
    wire: 275,
    http: 502,
    exit: 1,
    cause: ({ request, detail }) => `the answer to ${request} makes no sense: ${detail}`,
    next: () => 'Check that the daemon and this command are of the same version',
  }),
  streamBroken: rule<{ request: string; detail: string }>({
    wire: 276,
    http: 502,
    exit: 1,
    cause: ({ request, detail }) => `the stream of ${request} broke: ${detail}`,
    next: () => 'Check that the daemon still runs, then start it again',
  }),
  /** A code that a newer daemon knows and this command does not: its own words are passed on. */
  errorUnknown: rule<{ code: string; message: string; next: string }>({
    wire: 277,
    http: 502,
    exit: 1,
    cause: ({ message, code }) => `${message} (${code})`,
    next: ({ next }) => next,
  }),
  confirmationMissing: rule<{ what: string }>({
    wire: 278,
    http: 400,
    exit: 1,
    cause: ({ what }) => `nobody can be asked here whether to ${what}`,
    next: () => 'Give -y to say yes beforehand',
  }),
  declined: rule<{ what: string }>({
    wire: 279,
    http: 400,
    exit: 1,
    cause: ({ what }) => `you said no, so nothing was changed: it would ${what}`,
    next: () => 'Type it again and answer y, or give -y',
  }),
  composeMissing: rule<{ folder: string; names: readonly string[] }>({
    wire: 280,
    http: 400,
    exit: 1,
    cause: ({ folder, names }) => `there is no ${names.join(', ')} in ${folder}`,
    next: () => 'Name a Compose file with -f FILE',
  }),
  /** Only of a file that was named: the default one may be missing. */
  configFileMissing: rule<{ path: string; source: string }>({
    wire: 281,
    http: 400,
    exit: 1,
    cause: ({ path, source }) => `there is no configuration file ${path}, which ${source} names`,
    next: () => 'Make it, or name another one',
  }),
  configFileUnreadable: rule<{ path: string; detail: string }>({
    wire: 282,
    http: 400,
    exit: 1,
    cause: ({ path, detail }) => `the configuration file ${path} cannot be read: ${detail}`,
    next: () => 'Correct that, or name another one by --config',
  }),
  configFileInvalid: rule<{ path: string; line: number; column: number; detail: string }>({
    wire: 283,
    http: 400,
    exit: 1,
    cause: ({ path, line, column, detail }) => `${path}:${line}:${column}: ${detail}`,
    next: () => 'Write one setting a line, as in "api-port: 8080"; quote what begins with [, * or &',
  }),
  settingUnknown: rule<{ setting: string; source: string; near: string | null }>({
    wire: 284,
    http: 400,
    exit: 1,
    cause: ({ setting, source, near }) => `${source} sets ${setting}, which is no setting${nearest(near)}`,
    next: () => 'Correct its name or take it out; coterie up --help lists the settings',
  }),
  /** Whoever may write the file decides what the daemon does. */
  configFileUnsafe: rule<{ path: string; detail: string; remedy: string }>({
    wire: 285,
    http: 400,
    exit: 1,
    cause: ({ path, detail }) => `the configuration file ${path} is not trusted: ${detail}`,
    next: ({ remedy }) => `Look whether it says what you want, then type: ${remedy}`,
  }),
  nodeUnknown: rule<{ node: string; near: string | null }>({
    wire: 286,
    http: 404,
    exit: 1,
    cause: ({ node, near }) => `no member is called ${node}${nearest(near)}`,
    next: () => 'See coterie node ls for the names and ids that there are',
  }),
  nodeAmbiguous: rule<{ node: string; ids: readonly string[] }>({
    wire: 287,
    http: 409,
    exit: 1,
    cause: ({ node, ids }) => `${ids.length} members are called ${node}: ${ids.join(', ')}`,
    next: () => 'Name one of them by its id',
  }),
}
