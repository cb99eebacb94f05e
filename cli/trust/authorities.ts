/** What the certificate of a daemon that is asked over TLS may end at. */
import tls from 'node:tls'
import type { Settings } from '../../protocols/control/settings/index.ts'
import { isCoterieError } from '../../protocols/errors/index.ts'
import { createClient } from '../client.ts'
import { keptRoots } from './kept-roots.ts'

/** The daemon of this machine answers at once, or is of no help here. */
const LOCAL_MS_MAX = 1_000

/** The root of the mesh that this machine is in, from the daemon behind the socket; none where none answers. */
const ownRoot = async (socketPath: string): Promise<string[]> => {
  const client = createClient({ place: async () => ({ socketPath }) })
  try {
    return [(await client.call('GET /v1/root', {}, { timeoutMs: LOCAL_MS_MAX })).certificate]
  } catch (error) {
    if (isCoterieError(error)) return []
    throw error
  }
}

/** In PEM: what Node trusts anyhow, for certificates that were given, the roots kept for this user, and that of this machine's own mesh. */
export const authorities = async ({
  configDir,
  socket,
}: Pick<Settings, 'configDir' | 'socket'>): Promise<readonly string[]> => {
  const [kept, own] = await Promise.all([keptRoots(configDir), ownRoot(socket)])
  // Node 22.13 does not have it yet; with it, NODE_EXTRA_CA_CERTS counts as well.
  const known = tls.getCACertificates?.('default') ?? tls.rootCertificates
  return [...known, ...kept.map(({ pem }) => pem), ...own]
}
