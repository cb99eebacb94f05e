import { rule } from './rule.ts'

/** Where in which file, the path of keys, what is wrong there, and how many problems more there are. */
interface Placed {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly where: string
  readonly detail: string
  readonly more: number
}

const placed = (wire: number, next: string) =>
  rule<Placed>({
    wire,
    http: 400,
    exit: 1,
    cause: ({ file, line, column, where, detail, more }) =>
      `${file}:${line}:${column}: ${where === '' ? '' : `${where}: `}${detail}${more === 0 ? '' : ` (and ${more} more)`}`,
    next: () => next,
  })

/** Errors of Compose files. Wire numbers 190 to 199. */
export const composeErrors = {
  composeUnreadable: rule<{ file: string; detail: string }>({
    wire: 190,
    http: 400,
    exit: 1,
    cause: ({ file, detail }) => `${file} cannot be read: ${detail}`,
    next: () => 'Name a Compose file with -f FILE',
  }),
  composeInvalid: placed(191, 'Correct the file; nothing was deployed'),
  /** `${NAME:?message}` without that variable. */
  composeVariableMissing: placed(
    192,
    'Set it for this command, in .env or in a file that --env-file names; nothing was deployed',
  ),
  /** Of `extends`, `include` or `depends_on`. */
  composeCycle: placed(193, 'Take one of these steps out; nothing was deployed'),
  /** Named by a Compose file, by `include`, `extends` or `env_file`. */
  composeFileMissing: placed(194, 'Correct the path, or make that file; nothing was deployed'),
  /** A URL where a path is expected. */
  composeRemote: placed(195, 'Save a copy beside this file and name that; nothing was deployed'),
  composeProfileInactive: placed(196, 'Activate it by --profile or COMPOSE_PROFILES; nothing was deployed'),
  composeTooLarge: placed(197, 'Write less, or deploy it as several projects; nothing was deployed'),
  /** A file of variables, such as `.env`. */
  composeVariablesInvalid: placed(198, 'Write NAME=value, one a line; nothing was deployed'),
}
