import { rule } from './rule.ts'

/** Errors of the lines that daemons log. Wire numbers 360 to 365. */
export const journalErrors = {
  nodeLogAbsent: rule<{ node: string; detail: string }>({
    wire: 360,
    http: 503,
    exit: 1,
    cause: ({ node, detail }) => `${node} does not answer, and no member has a copy of its log: ${detail}`,
    next: () =>
      'Look at logs/daemon.log in its data directory; with --log-export mesh two members keep a copy from then on',
  }),
  logReadersTooMany: rule<{ readersMax: number }>({
    wire: 361,
    http: 503,
    exit: 1,
    cause: ({ readersMax }) => `${readersMax} members read the log of that node already`,
    next: () => 'End one of the other coterie logs --node, then try again',
  }),
  logExportTokenUnusable: rule<{ path: string; detail: string }>({
    wire: 362,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the token of the log export in ${path} cannot be used: ${detail}`,
    next: () => 'Put one line with the token into that file, and let the user of the daemon read it',
  }),
  logExportFailed: rule<{ where: string; detail: string }>({
    wire: 363,
    http: 502,
    exit: 1,
    cause: ({ where, detail }) => `log lines are not taken at ${where}: ${detail}`,
    next: () => 'Look at the program that answers there, or correct --log-export',
  }),
  logCopyRefused: rule<{ detail: string }>({
    wire: 364,
    http: 400,
    exit: 1,
    cause: ({ detail }) => `these lines do not continue the copy of a log: ${detail}`,
    next: () => 'Check that every node runs the same or the adjacent version of coterie',
  }),
}
