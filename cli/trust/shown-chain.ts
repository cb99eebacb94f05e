/** What a server shows of itself, to learn from and never to trust: nothing is sent to it. */
import { X509Certificate } from 'node:crypto'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { hostAndPort } from '../url.ts'

/** A server that can be reached at all shakes hands sooner. */
const SHAKE_MS_MAX = 10_000

const listed = (leaf: DetailedPeerCertificate): X509Certificate[] => {
  const seen = new Set<DetailedPeerCertificate>()
  // The last one names itself as its issuer; one whose issuer was not sent names nobody.
  for (let at = leaf; at?.raw !== undefined && !seen.has(at); at = at.issuerCertificate) seen.add(at)
  return Array.from(seen, ({ raw }) => new X509Certificate(raw))
}

/** The leaf first. Rejects with the system's error where nobody speaks TLS there. */
export const shownChain = (url: string): Promise<X509Certificate[]> =>
  new Promise((resolve, reject) => {
    const { host, port, servername } = hostAndPort(url)
    const socket = connect({ host, port: Number(port), servername, rejectUnauthorized: false }, () => {
      resolve(listed(socket.getPeerCertificate(true)))
      socket.destroy()
    })
    socket.setTimeout(SHAKE_MS_MAX, () =>
      socket.destroy(new Error(`it did not shake hands within ${SHAKE_MS_MAX} ms`)),
    )
    socket.once('error', reject)
  })
