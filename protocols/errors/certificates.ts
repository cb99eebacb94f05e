import { rule } from './rule.ts'

/** Errors of the mesh's root, its issuers and the certificates of nodes. Wire numbers 66 to 71. */
export const certificateErrors = {
  certificateInvalid: rule<{ peer: string; detail: string }>({
    wire: 66,
    http: 403,
    exit: 1,
    cause: ({ peer, detail }) => `the certificate of ${peer} does not prove who it is: ${detail}`,
    next: () => 'Compare the clocks of both machines; where they agree, remove that node and join it again',
  }),
  certificateExpired: rule<{ peer: string; expiredMs: number }>({
    wire: 67,
    http: 403,
    exit: 1,
    cause: ({ peer, expiredMs }) =>
      `the certificate of ${peer} ended ${Math.ceil(expiredMs / 60_000)} min ago`,
    next: () => 'Start an issuer of the mesh (coterie issuer ls): the node renews by itself within a minute',
  }),
  certificateForeign: rule<{ peer: string }>({
    wire: 68,
    http: 403,
    exit: 1,
    cause: ({ peer }) => `${peer} belongs to another mesh: its certificate ends at another root`,
    next: () => 'Take a token of the mesh that you mean, or name a machine of it with --at ADDRESS',
  }),
  issuerUnreachable: rule<{ tried: readonly string[] }>({
    wire: 69,
    http: 503,
    exit: 1,
    cause: ({ tried }) => `no issuer of the mesh answered (tried: ${tried.join(', ') || 'there is none'})`,
    next: () =>
      'Start one of the nodes that coterie issuer ls shows, or make another with coterie issuer grant NODE',
  }),
  certificateRefused: rule<{ detail: string }>({
    wire: 70,
    http: 403,
    exit: 1,
    cause: ({ detail }) => `no certificate is issued for that: ${detail}`,
    next: () => 'Look at coterie nodes whether the node is a member, and at coterie issuer ls who may issue',
  }),
  rootKeyUnavailable: rule<{ detail: string }>({
    wire: 71,
    http: 409,
    exit: 1,
    cause: ({ detail }) => `the key of the mesh's root cannot be used: ${detail}`,
    next: () =>
      'Bring it back on the machine where you run this with coterie root import FILE, and the passphrase of its export',
  }),
}
