import { rule } from './rule.ts'

/** Errors of users and their sessions. Wire numbers 119 to 126 and 129, and 288 and 289 of the command line. */
export const userErrors = {
  loginElsewhere: rule<{ url: string; user: string; at: string }>({
    wire: 119,
    http: 502,
    exit: 1,
    cause: ({ url, user, at }) => `the API at ${url} wants a signature that logs in as ${user} at ${at}`,
    next: ({ url }) =>
      `Do not log in at ${url} by a key, unless it is a proxy of yours; then log in by password, or at the node itself`,
  }),
  loginMissing: rule<{ url: string }>({
    wire: 120,
    http: 401,
    exit: 1,
    cause: ({ url }) => `nobody is logged in at ${url}, or no more`,
    next: ({ url }) => `Log in with coterie login --api ${url} --user NAME`,
  }),
  keyUnusable: rule<{ source: string; detail: string }>({
    wire: 121,
    http: 400,
    exit: 1,
    cause: ({ source, detail }) => `the key ${source} cannot be used: ${detail}`,
    next: () => 'Take an Ed25519 key, such as one that ssh-keygen -t ed25519 makes',
  }),
  userUnknown: rule<{ user: string }>({
    wire: 122,
    http: 404,
    exit: 1,
    cause: ({ user }) => `there is no user ${user}`,
    next: () => 'List them with coterie user ls',
  }),
  sessionOver: rule<{ detail: string }>({
    wire: 123,
    http: 401,
    exit: 1,
    cause: ({ detail }) => `the session is over: ${detail}`,
    next: () => 'Log in again with coterie login',
  }),
  tokenRefused: rule<{ detail: string }>({
    wire: 124,
    http: 401,
    exit: 1,
    cause: ({ detail }) => `the token is refused: ${detail}`,
    next: () => 'Refresh the session, or log in again with coterie login',
  }),
  roleMissing: rule<{ needed: string; has: string }>({
    wire: 125,
    http: 403,
    exit: 1,
    cause: ({ needed, has }) => `that is for ${needed}, and you are ${has}`,
    next: () => 'Ask an admin to do it, or to give you the role with coterie user role',
  }),
  /** The same for a name that nobody has, a password that is wrong, and a key that is of somebody else. */
  loginRefused: rule<Record<never, never>>({
    wire: 126,
    http: 401,
    exit: 1,
    cause: () => 'there is no such user, or the password or key is not theirs',
    next: () => 'Try again; an admin sets a password with coterie user passwd NAME',
  }),
  loginsTooMany: rule<{ retryMs: number }>({
    wire: 129,
    http: 429,
    exit: 1,
    cause: () => 'there were too many attempts to log in',
    next: ({ retryMs }) => `Try again in ${Math.ceil(retryMs / 1000)} seconds`,
  }),
  userRemovalPending: rule<{ user: string }>({
    wire: 288,
    http: 503,
    exit: 3,
    cause: ({ user }) => `${user} can log in no more, and the removal waits for a majority`,
    next: () => 'See coterie voters for who is missing; it goes on by itself when a majority is back',
  }),
  loginFileUnusable: rule<{ path: string; detail: string }>({
    wire: 289,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the logins in ${path} cannot be used: ${detail}`,
    next: ({ path }) =>
      `Make its folder one that this user may write; where it is damaged, remove ${path} and log in again`,
  }),
}
