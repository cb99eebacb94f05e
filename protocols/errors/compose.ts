import { rule } from './rule.ts'

/** Errors of Compose files. Wire numbers 190 to 199. */
export const composeErrors = {
  composeUnreadable: rule<{ file: string; detail: string }>({
    wire: 190,
    http: 400,
    exit: 1,
    cause: ({ file, detail }) => `${file} cannot be read: ${detail}`,
    next: () => 'Name a Compose file with -f FILE',
  }),
  composeInvalid: rule<{
    file: string
    line: number
    column: number
    where: string
    detail: string
    more: number
  }>({
    wire: 191,
    http: 400,
    exit: 1,
    cause: ({ file, line, column, where, detail, more }) =>
      `${file}:${line}:${column}: ${where === '' ? '' : `${where}: `}${detail}${more === 0 ? '' : ` (and ${more} more)`}`,
    next: () => 'Correct the file; nothing was deployed',
  }),
}
