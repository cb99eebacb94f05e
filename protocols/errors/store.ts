import { rule } from './rule.ts'

/** Errors of the data directory and the store in it. Wire numbers 20 to 39. */
export const storeErrors = {
  dataDirInUse: rule<{ path: string; pid: number | null }>({
    wire: 20,
    http: 409,
    exit: 1,
    cause: ({ path, pid }) =>
      `the data directory ${path} is in use by another daemon${pid === null ? '' : ` (process ${pid})`}`,
    next: () => 'Stop that daemon, or give this one its own --data-dir',
  }),
  dataDirNewer: rule<{ path: string; format: number; formatMax: number }>({
    wire: 21,
    http: 409,
    exit: 1,
    cause: ({ path, format, formatMax }) =>
      `the data directory ${path} was written by a newer coterie (format ${format}, this one knows up to ${formatMax})`,
    next: () => 'Start the newer version again; nothing was changed',
  }),
  dataDirUnusable: rule<{ path: string; detail: string }>({
    wire: 22,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the data directory ${path} cannot be used: ${detail}`,
    next: ({ detail }) =>
      /no space left/i.test(detail)
        ? 'Make room on that disk, then start the daemon again'
        : 'Make it a directory that this user may write, or give another --data-dir',
  }),
  storeCorrupt: rule<{ path: string; detail: string }>({
    wire: 23,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the store in ${path} is damaged: ${detail}`,
    next: ({ path }) =>
      `Keep a copy of ${path}, then restore a backup of it, or move it away and join the mesh again as a new node`,
  }),
  storeFailed: rule<{ path: string; detail: string }>({
    wire: 24,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the store in ${path} refused a write: ${detail}`,
    next: () => 'Check the free space and health of that disk, then start the daemon again',
  }),
  identityUnreadable: rule<{ path: string; detail: string }>({
    wire: 25,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the identity in ${path} cannot be used: ${detail}`,
    next: () =>
      'Restore that file from a backup with mode 0600; without it this node cannot come back as itself',
  }),
  dataDirCopied: rule<{ node: string; at: string | null }>({
    wire: 27,
    http: 409,
    exit: 1,
    cause: ({ node, at }) =>
      `the data directory is a copy, and the machine that it was copied from runs as node ${node}${at === null ? '' : ` (${at})`}`,
    next: () =>
      'Stop the other one first if this machine takes its place; to add a machine to the mesh, give it an empty --data-dir and a join token',
  }),
  storeUnread: rule<{ path: string; detail: string }>({
    wire: 26,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the store in ${path} could not be read: ${detail}`,
    next: () =>
      'Start the daemon again; where it says the same once more, look at the free memory of this machine and at that disk',
  }),
}
