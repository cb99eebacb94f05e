/** Bounds of every HTTP server of a node. Each has a unit in its name and a reason. */

/** Connections of one door: the panel in some tabs, some scripts; far below the usual limit of open files. */
export const CONNECTIONS_MAX = 256

/** Connections of one client beyond loopback: six a tab, and as many as leave the others their places. */
export const CLIENT_CONNECTIONS_MAX = 32

/** A request's line and headers: what Node takes by default, and browsers send with every cookie of `localhost`. */
export const HEADER_BYTES_MAX = 16 * 1024

/** How long a server waits for those who connect to it. */
export interface Waits {
  readonly handshakeMs: number
  readonly headersMs: number
  readonly requestMs: number
  readonly keepAliveMs: number
  readonly lookMs: number
}

export const WAITS: Waits = {
  /** Two round trips. */
  handshakeMs: 10_000,
  /** Line and headers come in one piece from everybody who means well; also over a slow link. */
  headersMs: 10_000,
  /** The largest body within this is 280 kbit/s: slower than that is stuck. */
  requestMs: 30_000,
  /** A connection that asks nothing more is kept for this long: a person's next click. */
  keepAliveMs: 5_000,
  /** How often the times of headers and requests are looked at. */
  lookMs: 2_000,
}

/** What is refused before it is a request may read why. */
export const REFUSAL_LINGER_MS = 1_000

/** How often a client may do something: so many times at once, and then so many a second. */
export interface Rate {
  readonly atOnce: number
  readonly perSecond: number
}

/** A page with all its parts, several times over. */
export const CLIENT_REQUEST_RATE: Rate = { atOnce: 200, perSecond: 20 }

/** A handshake of TLS costs a millisecond: a client that begins them without end gets two percent of a core. */
export const CLIENT_CONNECTION_RATE: Rate = { atOnce: 200, perSecond: 20 }

/** What a request with a wrong token, or none, costs: twenty guesses, then two a second. */
export const REFUSED_COST = 10

/** Clients that are counted, those seen last: half a megabyte. */
export const CLIENTS_COUNTED_MAX = 4096

/** A certificate with its chain, and its key: some kilobytes. */
export const CERTIFICATE_BYTES_MAX = 256 * 1024

/** How often the files of a certificate are looked at: renewals are weeks ahead of time. */
export const CERTIFICATE_LOOK_MS = 10_000
