import { rule } from './rule.ts'

/** Errors of nodes that are shut out. Wire numbers 345 to 359. */
export const revocationErrors = {
  nodeRevoked: rule<{ name: string; reason: string; day: string }>({
    wire: 345,
    http: 403,
    exit: 1,
    cause: ({ name, reason, day }) =>
      `this machine was shut out of its mesh as ${name}, by a revocation of ${day}${reason === '' ? '' : ` (${reason})`}`,
    next: () =>
      'Its data stays where it is; to bring it back as a new node, start it with an empty --data-dir and a token of coterie token create',
  }),
  revocationPending: rule<{ name: string }>({
    wire: 346,
    http: 503,
    exit: 3,
    cause: ({ name }) =>
      `${name} is cut off by every machine that hears of it, and its removal waits for a majority`,
    next: () => 'See coterie voters for who is missing; it goes on by itself when a majority is back',
  }),
  revocationUnsigned: rule<{ name: string; issuers: readonly string[] }>({
    wire: 347,
    http: 503,
    exit: 1,
    cause: ({ name }) =>
      `nothing was done: no majority answers, and without one this machine may not revoke ${name}`,
    next: ({ issuers }) =>
      issuers.length === 0
        ? "Bring the root's key here with coterie root import FILE, then try again"
        : `Run the same on ${issuers.join(' or ')}, or bring the root's key here with coterie root import FILE`,
  }),
  revocationOfSelf: rule<Record<never, never>>({
    wire: 348,
    http: 409,
    exit: 1,
    cause: () => 'that is this machine itself, and nobody revokes itself',
    next: () => 'Take it out of the mesh with coterie leave, or revoke it from another machine',
  }),
}
