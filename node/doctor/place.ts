/** What a multiaddr of TCP says: `/ip4/192.0.2.7/tcp/7946`. */
export interface Place {
  readonly host: string
  readonly port: number
  /** True where the host is a name. */
  readonly isNamed: boolean
}

export const placeOf = (address: string): Place => {
  const [, kind = '', host = '', , port = '0'] = address.split('/')
  return { host, port: Number(port), isNamed: kind.startsWith('dns') }
}

/** Whether it names a host and a TCP port; a member may tell others too. */
export const isPlace = (address: string): boolean => /^\/(ip4|ip6|dns[46]?)\/[^/]+\/tcp\/\d+$/.test(address)

/** As people type it: `192.0.2.7:7946`, `[2001:db8::7]:7946`. */
export const textOf = (address: string): string => {
  const { host, port } = placeOf(address)
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

export const isLoopback = (host: string): boolean => host.startsWith('127.') || host === '::1'
