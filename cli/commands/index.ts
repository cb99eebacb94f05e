/**
 * Every command: its name, its summary, and how its file is loaded, which happens only when it runs or prints its
 * help. To add one: a file that exports a `CommandModule`, and an entry here.
 */
import type { CommandModule } from '../cli.ts'

/** First words that several commands share, with their summaries. */
export const GROUPS = {
  node: 'the machines of the mesh',
  project: 'projects, and which of them this machine remembers the tasks of',
  conflicts: 'edits of the same time that lost, until they are settled',
  token: 'what machines join by',
  root: "the root of the mesh's certificates, and its key",
  issuer: 'who issues certificates',
  user: 'who may use the mesh, and as what',
  session: 'who is logged in',
  quorum: 'the way out where the majority of the voters is lost for good',
} as const

export interface CommandEntry {
  /** The first word of a command of two, as in `node ls`. */
  readonly group?: keyof typeof GROUPS
  readonly name: string
  readonly summary: string
  load(): Promise<CommandModule>
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'up',
    summary: 'start the daemon of this machine: found a mesh, join one, or come back to it',
    load: async () => (await import('./up.ts')).up,
  },
  {
    name: 'leave',
    summary: 'take this machine out of the mesh for good',
    load: async () => (await import('./leave.ts')).leave,
  },
  {
    name: 'backup',
    summary: 'put this machine, and what it knows of the mesh, into one sealed file',
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    name: 'restore',
    summary: 'make a data directory of a backup, or show what is in it',
    load: async () => (await import('./restore.ts')).restore,
  },
  {
    name: 'status',
    summary: 'show this node and its view of the mesh',
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'deploy',
    summary: 'run the services of a Compose file: plan, confirm, wait until they run',
    load: async () => (await import('./deploy.ts')).deploy,
  },
  {
    name: 'ps',
    summary: 'show services and tasks: what runs where, and what waits for what',
    load: async () => (await import('./ps.ts')).ps,
  },
  {
    name: 'logs',
    summary: 'show what a service, a task or the daemon of a machine writes',
    load: async () => (await import('./logs.ts')).logs,
  },
  {
    name: 'open',
    summary: 'print the link of a service and open it in a browser',
    load: async () => (await import('./open.ts')).open,
  },
  {
    name: 'rm',
    summary: 'remove a service or a project',
    load: async () => (await import('./rm.ts')).rm,
  },
  {
    name: 'pending',
    summary: 'show changes that wait for a majority',
    load: async () => (await import('./pending.ts')).pending,
  },
  {
    group: 'project',
    name: 'ls',
    summary: 'list the projects, and whether this machine keeps the records of their tasks',
    load: async () => (await import('./project.ts')).projectLs,
  },
  {
    group: 'project',
    name: 'link',
    summary: 'keep the records of the tasks of a project on this machine',
    load: async () => (await import('./project.ts')).projectLink,
  },
  {
    group: 'project',
    name: 'unlink',
    summary: 'keep them on this machine no longer',
    load: async () => (await import('./project.ts')).projectUnlink,
  },
  {
    group: 'conflicts',
    name: 'ls',
    summary: 'list the open conflicts',
    load: async () => (await import('./conflicts.ts')).conflictsLs,
  },
  {
    group: 'conflicts',
    name: 'show',
    summary: 'show what both sides of a conflict say',
    load: async () => (await import('./conflicts.ts')).conflictsShow,
  },
  {
    group: 'conflicts',
    name: 'accept',
    summary: 'keep what counts now and settle the conflict',
    load: async () => (await import('./conflicts.ts')).conflictsAccept,
  },
  {
    group: 'conflicts',
    name: 'revert',
    summary: 'put back what lost and settle the conflict',
    load: async () => (await import('./conflicts.ts')).conflictsRevert,
  },
  {
    group: 'node',
    name: 'ls',
    summary: 'list the nodes of the mesh',
    load: async () => (await import('./node-ls.ts')).nodeLs,
  },
  {
    group: 'node',
    name: 'rm',
    summary: 'shut a machine out of the mesh, at once and for ever',
    load: async () => (await import('./node-rm.ts')).nodeRm,
  },
  {
    group: 'node',
    name: 'rotate',
    summary: 'give this machine a new key, under the same name',
    load: async () => (await import('./node-rotate.ts')).nodeRotate,
  },
  {
    group: 'node',
    name: 'revocations',
    summary: 'list the machines that were shut out',
    load: async () => (await import('./node-rm.ts')).nodeRevocations,
  },
  {
    group: 'node',
    name: 'open-lan',
    summary: 'let machines of the LAN ask to join without a token, for a while',
    load: async () => (await import('./node-asking.ts')).nodeOpenLan,
  },
  {
    group: 'node',
    name: 'close-lan',
    summary: 'let them ask no more',
    load: async () => (await import('./node-asking.ts')).nodeCloseLan,
  },
  {
    group: 'node',
    name: 'requests',
    summary: 'list the machines that ask to join',
    load: async () => (await import('./node-asking.ts')).nodeRequests,
  },
  {
    group: 'node',
    name: 'approve',
    summary: 'let in a machine that asks',
    load: async () => (await import('./node-asking.ts')).nodeApprove,
  },
  {
    group: 'node',
    name: 'deny',
    summary: 'do not let it in',
    load: async () => (await import('./node-asking.ts')).nodeDeny,
  },
  {
    group: 'token',
    name: 'create',
    summary: 'make a token, and print the line that a machine joins with',
    load: async () => (await import('./token.ts')).tokenCreate,
  },
  {
    group: 'token',
    name: 'ls',
    summary: 'list the tokens that have not expired, and how often each was used',
    load: async () => (await import('./token.ts')).tokenLs,
  },
  {
    group: 'token',
    name: 'rm',
    summary: 'let a token admit nobody any more',
    load: async () => (await import('./token.ts')).tokenRm,
  },
  {
    name: 'voters',
    summary: 'show who votes, who leads, and whether a majority is there',
    load: async () => (await import('./voters.ts')).voters,
  },
  {
    group: 'quorum',
    name: 'recover',
    summary: 'go on at this machine where the majority of the voters is lost for good',
    load: async () => (await import('./quorum.ts')).quorumRecover,
  },
  {
    group: 'quorum',
    name: 'lost',
    summary: 'list what only the voters had that were given up',
    load: async () => (await import('./quorum.ts')).quorumLost,
  },
  {
    group: 'root',
    name: 'show',
    summary: "show the root of the mesh's certificates, and whether its key is here",
    load: async () => (await import('./root.ts')).rootShow,
  },
  {
    group: 'root',
    name: 'export',
    summary: "take the root's key away from this machine, into a sealed file",
    load: async () => (await import('./root.ts')).rootExport,
  },
  {
    group: 'root',
    name: 'import',
    summary: "bring the root's key back to this machine",
    load: async () => (await import('./root.ts')).rootImport,
  },
  {
    name: 'trust',
    summary: "let this user's browsers, or this system, trust HTTPS of the mesh",
    load: async () => (await import('./trust.ts')).trust,
  },
  {
    group: 'issuer',
    name: 'ls',
    summary: 'list who issues certificates',
    load: async () => (await import('./issuer.ts')).issuerLs,
  },
  {
    group: 'issuer',
    name: 'grant',
    summary: 'let a machine issue certificates',
    load: async () => (await import('./issuer.ts')).issuerGrant,
  },
  {
    group: 'issuer',
    name: 'rotate',
    summary: 'give an issuer another key',
    load: async () => (await import('./issuer.ts')).issuerRotate,
  },
  {
    group: 'issuer',
    name: 'revoke',
    summary: 'let a machine issue certificates no more',
    load: async () => (await import('./issuer.ts')).issuerRevoke,
  },
  {
    name: 'login',
    summary: 'log in at the API of a machine, by password or by key',
    load: async () => (await import('./login.ts')).login,
  },
  {
    name: 'logout',
    summary: 'end the login there',
    load: async () => (await import('./login.ts')).logout,
  },
  {
    group: 'session',
    name: 'ls',
    summary: 'list who is logged in',
    load: async () => (await import('./session.ts')).sessionLs,
  },
  {
    group: 'session',
    name: 'rm',
    summary: 'end a session at once, everywhere',
    load: async () => (await import('./session.ts')).sessionRm,
  },
  {
    group: 'session',
    name: 'token',
    summary: 'print a token of the login for another program',
    load: async () => (await import('./session.ts')).sessionToken,
  },
  {
    group: 'user',
    name: 'ls',
    summary: 'list the users',
    load: async () => (await import('./user.ts')).userLs,
  },
  {
    group: 'user',
    name: 'add',
    summary: 'add a person or a program that may use the mesh',
    load: async () => (await import('./user.ts')).userAdd,
  },
  {
    group: 'user',
    name: 'rm',
    summary: 'remove a user and end its sessions',
    load: async () => (await import('./user.ts')).userRm,
  },
  {
    group: 'user',
    name: 'role',
    summary: 'give a user another role',
    load: async () => (await import('./user.ts')).userRole,
  },
  {
    group: 'user',
    name: 'passwd',
    summary: 'set the password of a user',
    load: async () => (await import('./user.ts')).userPasswd,
  },
  {
    group: 'user',
    name: 'key',
    summary: 'list, add and remove the keys that a user logs in by',
    load: async () => (await import('./user.ts')).userKey,
  },
  {
    name: 'events',
    summary: 'show what happened, and with -f what happens',
    load: async () => (await import('./events.ts')).events,
  },
  {
    name: 'config',
    summary: 'show every setting with its source',
    load: async () => (await import('./config.ts')).config,
  },
  {
    name: 'discover',
    summary: 'show what each way of finding the mesh finds here, and in what time',
    load: async () => (await import('./discover.ts')).discover,
  },
  {
    name: 'doctor',
    summary: 'look for what is wrong with this machine and its connections, and say what cures it',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'profile',
    summary: 'show what this machine is, its class, and what it is good for',
    load: async () => (await import('./profile.ts')).profile,
  },
  {
    name: 'watchdog',
    summary: 'end exclusive tasks at the end of their lease, whatever became of the daemon',
    load: async () => (await import('./watchdog.ts')).watchdog,
  },
  {
    name: 'sim',
    summary: 'rehearse what would become of services if machines failed; no machine is touched',
    load: async () => (await import('./sim.ts')).sim,
  },
  {
    name: 'demo',
    summary: 'show all of it on this machine: three daemons, a lost one, a page through WebRTC',
    load: async () => (await import('./demo.ts')).demo,
  },
]
