import { rule } from './rule.ts'

const OPEN = 'On a member of the mesh, type coterie node open-lan 10m, then ask again'

/** Errors of machines that ask to join without a token. Wire numbers 335 to 344. */
export const openLanErrors = {
  lanClosed: rule<Record<never, never>>({
    wire: 335,
    http: 409,
    exit: 1,
    cause: () => 'that node is not open to machines that ask to join, or not any more',
    next: () => OPEN,
  }),
  lanNotOpen: rule<Record<never, never>>({
    wire: 336,
    http: 503,
    exit: 1,
    cause: () => 'no mesh on this LAN is open to machines that ask to join',
    next: () => `${OPEN}; where the LAN hides it, name it with --at ADDRESS`,
  }),
  lanMeshesSeveral: rule<{ meshes: readonly string[] }>({
    wire: 337,
    http: 409,
    exit: 1,
    cause: ({ meshes }) => `several meshes on this LAN are open: ${meshes.join(', ')}`,
    next: () => 'Name a machine of the one that you mean with --at ADDRESS',
  }),
  askTooMany: rule<{ retryMs: number }>({
    wire: 338,
    http: 429,
    exit: 1,
    cause: () => 'too many machines ask that node to join',
    next: ({ retryMs }) => `Ask again in ${Math.ceil(retryMs / 1000)} s`,
  }),
  askOutside: rule<{ address: string; networks: readonly string[] }>({
    wire: 339,
    http: 403,
    exit: 1,
    cause: ({ address, networks }) =>
      `that node is open to machines of ${networks.join(', ') || 'its own LAN'}, and this one comes from ${address}`,
    next: () =>
      'Ask from there, or join by a token, which coterie token create makes on a member; --cidr NETWORK opens a member to another network',
  }),
  askUnknown: rule<{ request: string; detail: string }>({
    wire: 340,
    http: 404,
    exit: 1,
    cause: ({ request, detail }) =>
      `nobody asks to join as ${request.replace(/^(\d{4})(\d{4})$/, '$1-$2')}: ${detail}`,
    next: () => 'See who does with coterie node requests, on the machine whose LAN was opened',
  }),
  askDenied: rule<Record<never, never>>({
    wire: 341,
    http: 403,
    exit: 1,
    cause: () => 'an admin of the mesh did not let this machine in',
    next: () => 'Talk to them; after two minutes it may ask again',
  }),
  askMismatch: rule<Record<never, never>>({
    wire: 342,
    http: 400,
    exit: 1,
    cause: () => 'what was shown is not what was promised, so the request to join is void',
    next: () => 'Ask again; where it happens again, somebody is in between',
  }),
  joinTokenForAnother: rule<Record<never, never>>({
    wire: 343,
    http: 403,
    exit: 1,
    cause: () => 'the join token was made for another machine, which asked for it',
    next: () => 'Ask for one on this machine with coterie up --ask, or make one with coterie token create',
  }),
  askForgotten: rule<Record<never, never>>({
    wire: 344,
    http: 404,
    exit: 1,
    cause: () =>
      'that node does not know of this request to join any more: it heard nothing for a while, or was asked by the same machine again',
    next: () => 'Ask again',
  }),
}
