import { rule } from './rule.ts'

/** Errors of deploying services and of asking about them. Wire numbers 200 to 219. */
export const deployErrors = {
  projectMismatch: rule<{ project: string; detail: string }>({
    wire: 200,
    http: 400,
    exit: 1,
    cause: ({ project, detail }) => `the request is about the project ${project}, but ${detail}`,
    next: () => 'Send one request for each project, and each service once',
  }),
  serviceUnknown: rule<{ service: string; near: readonly string[] }>({
    wire: 201,
    http: 404,
    exit: 1,
    cause: ({ service, near }) =>
      `there is no service ${service}${near.length === 0 ? '' : `; the nearest is ${near.join(' or ')}`}`,
    next: () => 'See coterie ps for what there is',
  }),
  serviceAmbiguous: rule<{ service: string; candidates: readonly string[] }>({
    wire: 202,
    http: 409,
    exit: 1,
    cause: ({ service, candidates }) => `${service} may be ${candidates.join(' or ')}`,
    next: () => 'Give the whole name',
  }),
  servicePortless: rule<{ service: string }>({
    wire: 203,
    http: 409,
    exit: 1,
    cause: ({ service }) => `${service} has no tcp port that a browser could open`,
    next: () => 'Name the port under ports or expose in its Compose file and deploy it again',
  }),
  gatewayAbsent: rule<Record<never, never>>({
    wire: 204,
    http: 503,
    exit: 1,
    cause: () => 'this node serves no gateway for browsers',
    next: () => 'Look in the log of the daemon why, then restart it',
  }),
  headMoved: rule<{ object: string; expected: string | null; head: string | null }>({
    wire: 205,
    http: 409,
    exit: 1,
    cause: ({ object, expected, head }) =>
      `${object} is at revision ${short(head)}, and the change insists on ${short(expected)}`,
    next: () => 'Look at what was changed meanwhile, then deploy again',
  }),
  revisionRefused: rule<{ object: string; reason: string }>({
    wire: 206,
    http: 409,
    exit: 1,
    cause: ({ object, reason }) => `the change of ${object} was refused: ${reason}`,
    next: () => 'Look at what was changed meanwhile, then deploy again',
  }),
  revisionPending: rule<{ objects: readonly string[]; reason: string }>({
    wire: 207,
    http: 503,
    exit: 3,
    cause: ({ objects, reason }) =>
      `${objects.join(', ')} ${objects.length === 1 ? 'is' : 'are'} written down and not accepted yet: ${reason}`,
    next: () =>
      'Nothing is lost: it goes on by itself when a majority is back; see coterie pending and coterie voters',
  }),
  placementImpossible: rule<{ slots: readonly { readonly slot: string; readonly reason: string }[] }>({
    wire: 208,
    http: 409,
    exit: 2,
    cause: ({ slots }) =>
      `no node can take ${slots.map(({ slot, reason }) => `${slot} (${reason})`).join(', ')}`,
    next: () => 'Make room or change the service; it starts by itself once a node fits',
  }),
  deployFailed: rule<{ tasks: readonly { readonly slot: string; readonly detail: string }[] }>({
    wire: 209,
    http: 500,
    exit: 1,
    cause: ({ tasks }) => `${tasks.map(({ slot, detail }) => `${slot} failed: ${detail}`).join('; ')}`,
    next: () => 'Correct the service and deploy again; see coterie ps and coterie logs',
  }),
  deployLate: rule<{ timeoutMs: number; slots: readonly string[] }>({
    wire: 210,
    http: 504,
    exit: 1,
    cause: ({ timeoutMs, slots }) => `after ${timeoutMs / 1000} s these do not run yet: ${slots.join(', ')}`,
    next: () => 'It goes on by itself; see coterie ps',
  }),
  taskAbsent: rule<{ service: string }>({
    wire: 211,
    http: 404,
    exit: 1,
    cause: ({ service }) => `${service} has no task at the moment`,
    next: ({ service }) => `See coterie ps ${service} for the reason`,
  }),
  deploySuperseded: rule<{ objects: readonly string[] }>({
    wire: 212,
    http: 409,
    exit: 1,
    cause: ({ objects }) => `somebody else changed ${objects.join(', ')} meanwhile, and that counts`,
    next: () => 'Look at coterie ps, then deploy again if yours shall count',
  }),
}

const short = (revision: string | null): string => revision?.slice(0, 12) ?? 'none'
