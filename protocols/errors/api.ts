import { rule } from './rule.ts'

/** Why a node is not ready, and what helps against it. */
export interface Unready {
  readonly reason: string
  readonly next: string
}

/** Errors of the daemon's API and its clients. Wire numbers 100 to 129. */
export const apiErrors = {
  requestInvalid: rule<{ detail: string }>({
    wire: 100,
    http: 400,
    exit: 1,
    cause: ({ detail }) => `the request does not fit its schema: ${detail}`,
    next: () => 'See /v1/openapi.json for what this daemon accepts',
  }),
  hostRefused: rule<{ host: string }>({
    wire: 101,
    http: 421,
    exit: 1,
    cause: ({ host }) => `the API does not answer for the host "${host}"`,
    next: () =>
      'Use 127.0.0.1 or localhost with the port of the API; beyond this machine, a name of its certificate or its address',
  }),
  originRefused: rule<{ origin: string }>({
    wire: 102,
    http: 403,
    exit: 1,
    cause: ({ origin }) => `the API refuses requests from the web page ${origin}`,
    next: () => 'Use the API from its own origin, or from a program that sends no Origin',
  }),
  tokenMissing: rule<{ path: string | null }>({
    wire: 103,
    http: 401,
    exit: 1,
    cause: () => 'the request carries no bearer token, or not the right one',
    next: ({ path }) =>
      path === null
        ? 'Send "Authorization: Bearer" with the token that this daemon was given by --api-token-file, or use the unix socket on its machine'
        : `Send "Authorization: Bearer" with the content of ${path}, or use the unix socket`,
  }),
  routeUnknown: rule<{ method: string; path: string }>({
    wire: 104,
    http: 404,
    exit: 1,
    cause: ({ method, path }) => `the API has no ${method} ${path}`,
    next: () => 'See /v1/openapi.json for what there is',
  }),
  daemonUnreachable: rule<{ socket: string; detail: string }>({
    wire: 105,
    http: 503,
    exit: 1,
    cause: ({ socket, detail }) => `no daemon answers at ${socket}: ${detail}`,
    next: () => 'Start it with coterie up, or name its --data-dir or --socket',
  }),
  bodyTooLarge: rule<{ bytesMax: number }>({
    wire: 106,
    http: 413,
    exit: 1,
    cause: ({ bytesMax }) => `the request body is over ${bytesMax} bytes`,
    next: () => 'Send a smaller body',
  }),
  settingInvalid: rule<{ setting: string; source: string; detail: string }>({
    wire: 107,
    http: 400,
    exit: 1,
    cause: ({ setting, source, detail }) => `${setting} from ${source} cannot be used: ${detail}`,
    next: () => 'Correct it; coterie up --help tells what each setting takes',
  }),
  socketPathTooLong: rule<{ path: string; bytesMax: number }>({
    wire: 108,
    http: 500,
    exit: 1,
    cause: ({ path, bytesMax }) => `the socket path ${path} is longer than the system's ${bytesMax} bytes`,
    next: () => 'Give a shorter --socket',
  }),
  daemonStopping: rule<Record<never, never>>({
    wire: 109,
    http: 503,
    exit: 1,
    cause: () => 'the daemon is stopping',
    next: () => 'Try again when it is up',
  }),
  socketInUse: rule<{ path: string }>({
    wire: 110,
    http: 409,
    exit: 1,
    cause: ({ path }) => `another daemon answers at ${path}`,
    next: () => 'Stop that daemon, or give this one its own --data-dir',
  }),
  socketUnusable: rule<{ path: string; detail: string }>({
    wire: 111,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `no socket can be made at ${path}: ${detail}`,
    next: () => 'Give another --socket, or a --run-dir that this user may write',
  }),
  readerTooSlow: rule<{ waitingMax: number }>({
    wire: 112,
    http: 503,
    exit: 1,
    cause: ({ waitingMax }) => `the reader fell more than ${waitingMax} events behind`,
    next: () => 'Read on with since set to the last sequence seen',
  }),
  streamsTooMany: rule<{ streamsMax: number }>({
    wire: 113,
    http: 503,
    exit: 1,
    cause: ({ streamsMax }) => `${streamsMax} streams are open already`,
    next: () => 'Close some of them, then try again',
  }),
  apiTokenUnusable: rule<{ path: string; detail: string }>({
    wire: 114,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the API token in ${path} cannot be used: ${detail}`,
    next: () => 'Make its directory one that this user may write',
  }),
  socketForbidden: rule<{ socket: string }>({
    wire: 115,
    http: 403,
    exit: 1,
    cause: ({ socket }) => `this user may not use the socket ${socket}`,
    next: () => 'Run the command as root or as the user that runs the daemon',
  }),
  tokenFileUnusable: rule<{ path: string; detail: string }>({
    wire: 116,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the token of the API in ${path} cannot be used: ${detail}`,
    next: () => 'Make one with: openssl rand -hex 32, in a file that only the user of the daemon can read',
  }),
  certificateUnusable: rule<{ path: string; detail: string }>({
    wire: 117,
    http: 500,
    exit: 1,
    cause: ({ path, detail }) => `the certificate in ${path} cannot be used: ${detail}`,
    next: () =>
      'Name a certificate with its chain by --tls-certificate, and its key without a passphrase by --tls-key, both in PEM',
  }),
  requestsTooMany: rule<{ retryMs: number }>({
    wire: 118,
    http: 429,
    exit: 1,
    cause: () => 'this client sends more requests than it may',
    next: ({ retryMs }) => `Wait ${Math.ceil(retryMs / 1000)} s, then send less at a time`,
  }),
  doorUnusable: rule<{ address: string; port: number; detail: string }>({
    wire: 127,
    http: 500,
    exit: 1,
    cause: ({ address, port, detail }) => `port ${port} on ${address} cannot be listened on: ${detail}`,
    next: () => 'Choose an address of this machine, and a port that this user may use',
  }),
  notReady: rule<{ reasons: readonly [Unready, ...Unready[]] }>({
    wire: 128,
    http: 503,
    exit: 1,
    cause: ({ reasons }) => `this node is not ready: ${reasons.map(({ reason }) => reason).join('; ')}`,
    next: ({ reasons }) => reasons[0].next,
  }),
}
