import { rule } from './rule.ts'

/** Errors of giving a node a new key. Wire numbers 349 to 359. */
export const rotationErrors = {
  rotationAlone: rule<Record<never, never>>({
    wire: 349,
    http: 409,
    exit: 1,
    cause: () => 'this machine is alone in its mesh, so nobody could let its new key in',
    next: () =>
      'Let another machine join first (coterie token create); where none will, found another mesh: coterie leave here, then coterie up --init',
  }),
  rotationLastIssuer: rule<Record<never, never>>({
    wire: 350,
    http: 409,
    exit: 1,
    cause: () =>
      "this machine alone issues certificates, and the root's key, which could let its new key issue, is elsewhere",
    next: () =>
      "Bring it here (coterie root import), or let another machine issue, where the root's key is: coterie issuer grant NODE; then rotate again",
  }),
  rotationUnderWay: rule<{ detail: string }>({
    wire: 351,
    http: 409,
    exit: 1,
    cause: ({ detail }) => `this machine cannot begin to rotate its key: ${detail}`,
    next: () => 'Wait until that is done, which coterie node ls shows, and try again',
  }),
}
