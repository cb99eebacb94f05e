/** What it means to trust the root of a mesh, for the person who is asked. */
import type { MeshRoot } from './mesh-root.ts'
import type { TrustStore } from './store.ts'

const BOUNDED = `Whoever holds its key, or an issuer's (coterie issuer ls), can make certificates for names below coterie.internal,
for localhost and for private addresses such as 192.168.1.1, thus for other devices of your networks too; for no site
of the internet. Browsers hold it to that, for it stands in the root itself.`

const UNBOUNDED = `This root comes from an early version and sets itself no bounds: WHOEVER HOLDS ITS KEY CAN MAKE CERTIFICATES FOR
ANY SITE. Those of issuers are bounded. Take the key off the machines first (coterie root export), or found the mesh anew.`

export const describeRoot = (
  { meshName, fingerprint, notAfterMs, isBounded }: MeshRoot,
  stores: readonly TrustStore[],
): string => `The root of the mesh ${meshName}, until ${new Date(notAfterMs).toISOString().slice(0, 10)}:
  ${fingerprint}
On a machine of the mesh, coterie root show must say the same.

Who trusts it takes every machine with a certificate of this mesh for what it says it is.
${isBounded ? BOUNDED : UNBOUNDED}
coterie trust --remove undoes it.

It comes into
${stores.map(({ name, path }) => `  ${name}: ${path}`).join('\n')}
`
