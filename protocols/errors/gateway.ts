import { rule } from './rule.ts'

type Nothing = Record<never, never>

/**
 * Errors of a browser's way to a service: gateway, session, tunnel, upstream. Wire numbers 240 to 269.
 *
 * Those that cross a tunnel as a bare number (248 on) carry at most the service's name, which both ends know.
 */
export const gatewayErrors = {
  gatewayServiceUnknown: rule<{ service: string }>({
    wire: 240,
    http: 404,
    exit: 1,
    cause: ({ service }) => `this mesh has no service "${service}"`,
    next: () => 'Look at coterie ps for the names, or deploy it with coterie deploy',
  }),
  serviceNotRunning: rule<{ service: string }>({
    wire: 241,
    http: 503,
    exit: 1,
    cause: ({ service }) => `no replica of "${service}" runs at the moment`,
    next: ({ service }) => `See coterie ps ${service} for the reason; this page tries again by itself`,
  }),
  serviceNotHere: rule<{ service: string; node: string }>({
    wire: 242,
    http: 503,
    exit: 1,
    cause: ({ service, node }) => `node ${node} runs no replica of "${service}"`,
    next: () => 'Try again in a moment; the service may be moving',
  }),
  sessionsExhausted: rule<{ node: string; sessionsMax: number }>({
    wire: 243,
    http: 503,
    exit: 1,
    cause: ({ node, sessionsMax }) => `node ${node} holds ${sessionsMax} browser sessions, and takes no more`,
    next: () => 'Close pages that are not needed, or run another replica of the service',
  }),
  sessionTimedOut: rule<{ service: string; timeoutMs: number }>({
    wire: 244,
    http: 504,
    exit: 1,
    cause: ({ service, timeoutMs }) => `no direct channel to "${service}" opened within ${timeoutMs} ms`,
    next: () => 'Check that UDP from this machine to the node that runs the service is not blocked',
  }),
  gatewayHostRefused: rule<{ host: string }>({
    wire: 245,
    http: 421,
    exit: 1,
    cause: ({ host }) => `the gateway does not answer for the host "${host}"`,
    next: () => 'Open http://SERVICE.localhost with the port of the gateway',
  }),
  gatewayOriginRefused: rule<{ origin: string }>({
    wire: 246,
    http: 403,
    exit: 1,
    cause: ({ origin }) =>
      `a session was asked for by the web page ${origin}, which is not the service's own`,
    next: () => 'Open the service at its own address',
  }),
  offerRefused: rule<{ detail: string }>({
    wire: 247,
    http: 400,
    exit: 1,
    cause: ({ detail }) => `the offer of a session cannot be answered: ${detail}`,
    next: () => 'Reload the page; if it stays so, use a current Chromium, Firefox or Safari',
  }),
  tunnelMalformed: rule<Nothing>({
    wire: 248,
    http: 400,
    exit: 1,
    cause: () => 'the other end of the tunnel sent a frame that does not fit the protocol',
    next: () => 'Reload the page; if it stays so, check that every node runs the same version of coterie',
  }),
  tunnelCreditExceeded: rule<Nothing>({
    wire: 249,
    http: 400,
    exit: 1,
    cause: () => 'the other end of the tunnel sent more than it had credit for',
    next: () => 'Reload the page; if it stays so, report it with the log of the node that runs the service',
  }),
  tunnelStreamsExhausted: rule<Nothing>({
    wire: 250,
    http: 429,
    exit: 1,
    cause: () => 'one page has too many requests open at the same time',
    next: () => 'Wait for some to end, then try again',
  }),
  upstreamUnreachable: rule<{ service: string }>({
    wire: 251,
    http: 502,
    exit: 1,
    cause: ({ service }) => `"${service}" does not accept connections on the node that runs it`,
    next: ({ service }) => `Look at coterie logs ${service}, and whether it listens on its published port`,
  }),
  upstreamBroke: rule<{ service: string }>({
    wire: 252,
    http: 502,
    exit: 1,
    cause: ({ service }) => `"${service}" ended the connection in the middle of its answer`,
    next: ({ service }) => `Look at coterie logs ${service}, then try again`,
  }),
  streamCancelled: rule<Nothing>({
    wire: 253,
    http: 499,
    exit: 1,
    cause: () => 'the reader left before the end of the answer',
    next: () => 'Nothing is to be done',
  }),
  channelLost: rule<{ service: string }>({
    wire: 254,
    http: 503,
    exit: 1,
    cause: ({ service }) => `the channel to "${service}" was lost`,
    next: () => 'Try again in a moment; the page connects again by itself',
  }),
  channelPageMissing: rule<{ service: string }>({
    wire: 255,
    http: 503,
    exit: 1,
    cause: ({ service }) => `no open page holds a channel to "${service}"`,
    next: ({ service }) => `Open the address of "${service}" in a tab of its own and keep it open`,
  }),
  gatewayUnreachable: rule<{ service: string }>({
    wire: 256,
    http: 503,
    exit: 1,
    cause: () => 'the gateway on this machine does not answer',
    next: () => 'Start coterie with coterie up, then reload the page',
  }),
  tunnelHeadTooLarge: rule<Nothing>({
    wire: 257,
    http: 431,
    exit: 1,
    cause: () => 'the headers of a request or an answer are over 16 KiB',
    next: () => 'Clear the cookies of the service, or make it send smaller headers',
  }),
  gatewayPageOnly: rule<{ method: string; path: string }>({
    wire: 258,
    http: 405,
    exit: 1,
    cause: ({ method, path }) => `${method} ${path} reached the gateway itself, which only serves the page`,
    next: () => 'Open the service in a browser, and wait until its page is up',
  }),
  channelIdle: rule<Nothing>({
    wire: 259,
    http: 408,
    exit: 1,
    cause: () => 'the other end of the channel fell silent',
    next: () => 'Reload the page when the machine is awake and connected again',
  }),
  browserUnfit: rule<Nothing>({
    wire: 260,
    http: 400,
    exit: 1,
    cause: () => 'this browser window has no service workers or no WebRTC',
    next: () => 'Use a current Chromium, Firefox or Safari, and no private window',
  }),
}
