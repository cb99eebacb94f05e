import { rule } from './rule.ts'

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
    next: () => 'Use 127.0.0.1 or localhost with the port of the API',
  }),
  originRefused: rule<{ origin: string }>({
    wire: 102,
    http: 403,
    exit: 1,
    cause: ({ origin }) => `the API refuses requests from the web page ${origin}`,
    next: () => 'Use the API from its own origin, or from a program that sends no Origin',
  }),
  tokenMissing: rule<{ path: string }>({
    wire: 103,
    http: 401,
    exit: 1,
    cause: () => 'the request carries no bearer token, or not the right one',
    next: ({ path }) => `Send "Authorization: Bearer" with the content of ${path}, or use the unix socket`,
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
    next: () => 'Correct it; coterie config prints every setting with its source',
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
}
