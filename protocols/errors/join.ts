import { rule } from './rule.ts'

/** Errors of founding, finding and joining a mesh. Wire numbers 60 to 79. */
export const joinErrors = {
  secretWrong: rule<Record<never, never>>({
    wire: 60,
    http: 403,
    exit: 1,
    cause: () => 'the secret does not open this mesh',
    next: () =>
      'Take the secret that the first machine printed, and give it by --token-file, COTERIE_TOKEN or standard input',
  }),
  secretMissing: rule<Record<never, never>>({
    wire: 61,
    http: 400,
    exit: 1,
    cause: () => 'this machine belongs to no mesh yet, and was given no secret',
    next: () => 'Found a mesh with coterie up --init, or join one with coterie up --token-file FILE',
  }),
  secretMalformed: rule<{ detail: string }>({
    wire: 62,
    http: 400,
    exit: 1,
    cause: ({ detail }) => `that is not a mesh secret: ${detail}`,
    next: () => 'Copy the whole line that the first machine printed; it begins with coterie-',
  }),
  meshNotFound: rule<{ tried: readonly string[] }>({
    wire: 63,
    http: 503,
    exit: 1,
    cause: ({ tried }) => `no machine of that mesh answered (tried: ${tried.join(', ') || 'nothing'})`,
    next: () =>
      'Check the secret, and that a member runs on this network, or name one with --at ADDRESS; coterie discover shows what is found',
  }),
  alreadyMember: rule<{ mesh: string }>({
    wire: 64,
    http: 409,
    exit: 1,
    cause: ({ mesh }) => `this machine is already a member of the mesh ${mesh}`,
    next: () => 'Start it with coterie up, or run coterie leave first',
  }),
  discoverySecretMissing: rule<{ detail: string }>({
    wire: 78,
    http: 400,
    exit: 1,
    cause: ({ detail }) => `nobody here knows which mesh to look for: ${detail}`,
    next: () =>
      'Give its secret by --token-file FILE or COTERIE_TOKEN, or run this with the --data-dir of a member, as its user',
  }),
  nodeRemoved: rule<{ node: string }>({
    wire: 65,
    http: 403,
    exit: 1,
    cause: ({ node }) => `node ${node} left this mesh or was removed from it, and an identity never returns`,
    next: () => 'Start with an empty --data-dir and join as a new node',
  }),
}
