import { isIP } from 'node:net'

/** Where a URL of an API leads, as sockets want it. `servername` is empty for an address, which TLS does not name. */
export const hostAndPort = (
  url: string,
): { readonly host: string; readonly port: string; readonly servername: string } => {
  const { protocol, hostname, port } = new URL(url)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return {
    host,
    port: port || (protocol === 'https:' ? '443' : '80'),
    servername: isIP(host) === 0 ? host : '',
  }
}
