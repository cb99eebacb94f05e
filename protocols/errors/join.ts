import { rule } from './rule.ts'

/** What a date holds (ECMA-262, time values); another node may say anything. */
const DATE_MS_MAX = 8.64e15

/** A time to the second, as a person and a machine both read it. */
const timeOf = (ms: number): string =>
  Math.abs(ms) <= DATE_MS_MAX ? `${new Date(ms).toISOString().slice(0, -5)}Z` : 'no time at all'

const NEXT_TOKEN = 'Make another token on a member with coterie token create'

/** Errors of founding, finding and joining a mesh. Wire numbers 60 to 65 and 72 to 79. */
export const joinErrors = {
  joinTokenUnknown: rule<{ detail: string }>({
    wire: 60,
    http: 404,
    exit: 1,
    cause: ({ detail }) => `the mesh takes no such join token: ${detail}`,
    next: () => `Look at coterie token ls, or make another token with coterie token create`,
  }),
  joinTokenMissing: rule<Record<never, never>>({
    wire: 61,
    http: 400,
    exit: 1,
    cause: () => 'this machine belongs to no mesh yet, and was given no join token',
    next: () =>
      'Found a mesh with coterie up --init, join one with coterie up --token TOKEN, which coterie token create prints on a member, or ask one of this LAN with coterie up --ask',
  }),
  joinTokenMalformed: rule<{ detail: string }>({
    wire: 62,
    http: 400,
    exit: 1,
    cause: ({ detail }) => `that is no join token: ${detail}`,
    next: () => 'Copy the whole word that coterie token create printed; it begins with coterie_',
  }),
  meshNotFound: rule<{ tried: readonly string[] }>({
    wire: 63,
    http: 503,
    exit: 1,
    cause: ({ tried }) => `no machine of that mesh answered (tried: ${tried.join(', ') || 'nothing'})`,
    next: () =>
      'Check that a member runs and can be reached from here, or name another with --at ADDRESS; coterie discover shows what is found',
  }),
  alreadyMember: rule<{ mesh: string }>({
    wire: 64,
    http: 409,
    exit: 1,
    cause: ({ mesh }) => `this machine is already a member of the mesh ${mesh}`,
    next: () => 'Start it with coterie up, or run coterie leave first',
  }),
  nodeRemoved: rule<{ node: string }>({
    wire: 65,
    http: 403,
    exit: 1,
    cause: ({ node }) => `node ${node} left this mesh or was removed from it, and an identity never returns`,
    next: () => 'Start with an empty --data-dir and join as a new node',
  }),
  joinTokenTruncated: rule<{ missing: number | null }>({
    wire: 72,
    http: 400,
    exit: 1,
    cause: ({ missing }) =>
      `that is only a part of a join token: ${missing === null ? 'nearly all' : missing} of its characters ${missing === 1 ? 'is' : 'are'} missing`,
    next: () => 'Copy the whole word that coterie token create printed; it may go over several lines',
  }),
  joinTokenForged: rule<{ detail: string }>({
    wire: 73,
    http: 403,
    exit: 1,
    cause: ({ detail }) => `the join token is not genuine: ${detail}`,
    next: () => `Copy it again. If that is the token as it was printed: ${NEXT_TOKEN.toLowerCase()}`,
  }),
  joinTokenOfOtherMesh: rule<{ at: string; mesh: string }>({
    wire: 74,
    http: 403,
    exit: 1,
    cause: ({ at, mesh }) => `the join token is for the mesh ${mesh}, and ${at} is of another one`,
    next: () => 'Take a token of the mesh that you mean, or name a machine of it with --at ADDRESS',
  }),
  joinTokenExpired: rule<{ expiredAtMs: number; meshAtMs: number }>({
    wire: 75,
    http: 403,
    exit: 1,
    cause: ({ expiredAtMs, meshAtMs }) =>
      `the join token was good until ${timeOf(expiredAtMs)}, and in the mesh it is ${timeOf(meshAtMs)}`,
    next: () => NEXT_TOKEN,
  }),
  joinTokenNotYetValid: rule<{ notBeforeMs: number; meshAtMs: number }>({
    wire: 76,
    http: 403,
    exit: 1,
    cause: ({ notBeforeMs, meshAtMs }) =>
      `the join token is good from ${timeOf(notBeforeMs)} on, and in the mesh it is ${timeOf(meshAtMs)}`,
    next: () => 'Wait until then, or make another token on a member with coterie token create',
  }),
  joinTokenExhausted: rule<{ uses: number }>({
    wire: 77,
    http: 403,
    exit: 1,
    cause: ({ uses }) =>
      `the join token has admitted ${uses} machine${uses === 1 ? '' : 's'}, and admits no more`,
    next: () => `${NEXT_TOKEN}; --uses N makes one for several machines`,
  }),
  discoveryMeshUnknown: rule<{ detail: string }>({
    wire: 78,
    http: 400,
    exit: 1,
    cause: ({ detail }) => `nobody here knows which mesh to look for: ${detail}`,
    next: () =>
      'Give a join token of it by --token or COTERIE_TOKEN, or run this with the --data-dir of a member, as its user',
  }),
  joinTokenOutside: rule<{ address: string; cidrs: readonly string[] }>({
    wire: 79,
    http: 403,
    exit: 1,
    cause: ({ address, cidrs }) =>
      `the join token is for machines in ${cidrs.join(', ')}, and this one comes from ${address}`,
    next: () =>
      'Join from such a network, or make another token on a member with coterie token create --cidr NETWORK',
  }),
}
