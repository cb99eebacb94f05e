/** What a door shows over TLS, and for which names that is good. */
import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Certificates } from '../ports/certificates.ts'

/** Certificate with its chain, and key, in PEM; and who is told when they are renewed. */
export type HttpsIdentity = Pick<Certificates, 'https' | 'onRenewed'>

/** Whether the certificate that is shown now is good for a host name or an address. */
export const createNames = (identity: HttpsIdentity): ((host: string) => boolean) => {
  let read: { readonly text: string; readonly leaf: X509Certificate } | null = null
  return (host) => {
    const { certificate: text } = identity.https()
    if (read?.text !== text) read = { text, leaf: new X509Certificate(text) }
    const { leaf } = read
    return (isIP(host) === 0 ? leaf.checkHost(host, { subject: 'never' }) : leaf.checkIP(host)) !== undefined
  }
}
