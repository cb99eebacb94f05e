/** Why an address could not be listened on; libp2p folds all causes into one text. */
import { createServer } from 'node:net'
import { CoterieError } from '../../protocols/errors/index.ts'
import { parseMultiaddr } from './addresses.ts'
import { portOwner } from './port-owner.ts'

const REFUSALS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'this machine does not have it',
  EACCES: 'this user may not listen there',
}

/** The error code with which the system refuses to listen there, or null when it does not. */
export const listenRefusal = (host: string, port: number): Promise<string | null> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    probe.listen({ host, port, ipv6Only: host.includes(':') }, () => probe.close(() => resolve(null)))
  })

/**
 * The error for the first of these addresses that cannot be listened on now, or null when all can.
 * A busy port is `portInUse` with its owner; anything else is `addressInvalid`.
 */
export const listenError = async (addresses: readonly string[]): Promise<CoterieError | null> => {
  for (const address of addresses) {
    const [host, transport] = parseMultiaddr(address).getComponents()
    const port = Number(transport?.value)
    const code = await listenRefusal(host?.value ?? '', port)
    if (code === 'EADDRINUSE')
      return new CoterieError('portInUse', {
        address: host?.value ?? address,
        port,
        owner: await portOwner(port),
      })
    if (code !== null)
      return new CoterieError('addressInvalid', {
        address,
        detail: REFUSALS[code] ?? `the system says ${code}`,
      })
  }
  return null
}
