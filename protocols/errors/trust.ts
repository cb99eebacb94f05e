import { rule } from './rule.ts'

const days = (ms: number): string => {
  const hours = Math.ceil(Math.abs(ms) / 3_600_000)
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`
}

/** Errors of whoever asks a node over TLS, and of letting programs trust a mesh's root. Wire numbers 99 and 330 to 334. */
export const trustErrors = {
  /** A note rather than an error: the doors are open all the same. */
  addressUncertified: rule<{ addresses: readonly string[] }>({
    wire: 99,
    http: 409,
    exit: 1,
    cause: ({ addresses }) =>
      `the certificate of this node is not good for ${addresses.join(', ')}: issuers of a mesh sign for private addresses alone`,
    next: () =>
      'Whoever is to reach its API there needs a certificate that you bring: --tls-certificate FILE --tls-key FILE',
  }),
  rootUntrusted: rule<{ url: string; detail: string }>({
    wire: 330,
    http: 502,
    exit: 1,
    cause: ({ url, detail }) => `the certificate of ${url} ends at no root that is trusted here: ${detail}`,
    next: ({ url }) =>
      `Read the fingerprint on a machine of that mesh with coterie root show, then type here: coterie trust --api ${url} --fingerprint FINGERPRINT`,
  }),
  rootPinWrong: rule<{ url: string; detail: string }>({
    wire: 331,
    http: 502,
    exit: 1,
    cause: ({ url, detail }) => `${url} is not of the mesh with that fingerprint: ${detail}`,
    next: () =>
      'Compare it with coterie root show on a machine of the mesh; where it is the same, somebody else answers at that address',
  }),
  serverNameWrong: rule<{ url: string; names: readonly string[] }>({
    wire: 332,
    http: 502,
    exit: 1,
    cause: ({ url, names }) =>
      `the certificate of ${url} is not for that name; it is for ${names.join(', ') || 'none'}`,
    next: () =>
      "Ask at one of those; a node's certificate takes a new private address of its machine within a minute, and other names need one that you give it (--tls-certificate)",
  }),
  /** `lateMs`: from its end until now, by this machine's clock; negative where it has not begun. */
  serverDateWrong: rule<{ url: string; lateMs: number; atMs: number }>({
    wire: 333,
    http: 502,
    exit: 1,
    cause: ({ url, lateMs, atMs }) =>
      `the certificate of ${url} ${lateMs < 0 ? `begins in ${days(lateMs)}` : `ended ${days(lateMs)} ago`}, by the clock of this machine, where it is ${new Date(atMs).toISOString().slice(0, 16)}Z`,
    next: ({ lateMs }) =>
      lateMs < 0
        ? 'Set the clock of this machine; where it is right, set that of the other, and look at its certificates with coterie doctor there'
        : 'Set the clock of this machine; where it is right, start an issuer of that mesh (coterie issuer ls): certificates then renew by themselves',
  }),
  trustStoreUnusable: rule<{ store: string; detail: string; remedy: string }>({
    wire: 334,
    http: 409,
    exit: 1,
    cause: ({ store, detail }) => `${store} could not be changed: ${detail}`,
    next: ({ remedy }) => remedy,
  }),
}
