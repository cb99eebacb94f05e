import { rule } from './rule.ts'

/** Errors between nodes, below any meaning. Wire numbers 40 to 59. */
export const networkErrors = {
  peerUnreachable: rule<{ peer: string; detail: string }>({
    wire: 40,
    http: 503,
    exit: 1,
    cause: ({ peer, detail }) => `node ${peer} cannot be reached: ${detail}`,
    next: () => 'Check that the machine is up and that its address can be reached from here',
  }),
  requestTimedOut: rule<{ peer: string; protocol: string; timeoutMs: number }>({
    wire: 41,
    http: 504,
    exit: 1,
    cause: ({ peer, protocol, timeoutMs }) =>
      `node ${peer} did not answer ${protocol} within ${timeoutMs} ms`,
    next: () => 'Try again; if it stays so, look at that node',
  }),
  notAMember: rule<{ peer: string }>({
    wire: 42,
    http: 403,
    exit: 1,
    cause: ({ peer }) => `${peer} is not a member of this mesh`,
    next: () => 'Join the mesh first',
  }),
  portInUse: rule<{ address: string; port: number; owner: string | null }>({
    wire: 43,
    http: 409,
    exit: 1,
    cause: ({ address, port, owner }) =>
      `port ${port} on ${address} is taken${owner === null ? '' : ` by ${owner}`}`,
    next: () => 'Stop that program, or choose another port',
  }),
  addressInvalid: rule<{ address: string; detail: string }>({
    wire: 44,
    http: 400,
    exit: 1,
    cause: ({ address, detail }) => `the address ${address} cannot be used: ${detail}`,
    next: () => 'Write it as HOST, HOST:PORT, [IPV6]:PORT or a multiaddr such as /ip4/192.0.2.7/tcp/7946',
  }),
  interfaceUnknown: rule<{ name: string; known: readonly string[] }>({
    wire: 45,
    http: 400,
    exit: 1,
    cause: ({ name, known }) =>
      `there is no network interface ${name} with an address; those with one are ${known.join(', ')}`,
    next: () => 'Name one of these by bind-interface, or start again once it is up',
  }),
  /** Nobody makes a node a source of traffic. */
  doctorBusy: rule<{ node: string; retryMs: number }>({
    wire: 59,
    http: 429,
    exit: 1,
    cause: ({ node }) => `node ${node} has looked at enough connections for now`,
    next: ({ retryMs }) => `Try again in ${Math.ceil(retryMs / 1000)} s`,
  }),
}
