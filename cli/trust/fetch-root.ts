import { CoterieError } from '../../protocols/errors/index.ts'
import { unreachable } from '../coded.ts'
import { type MeshRoot, readFingerprint, readRoot } from './mesh-root.ts'
import { shownChain } from './shown-chain.ts'

const shortened = (fingerprint: string): string => `${fingerprint.slice(0, 16)}...`

/**
 * The root that a node shows, held against the fingerprint that a person read on a machine of the mesh.
 * @throws `usageWrong`, `rootPinWrong`, `daemonUnreachable`
 */
export const fetchRoot = async (url: string, given: string): Promise<MeshRoot> => {
  const pinned = readFingerprint(given)
  if (pinned === null)
    throw new CoterieError('usageWrong', { detail: 'a fingerprint has 64 hexadecimal digits' })
  if (!url.startsWith('https://'))
    throw new CoterieError('usageWrong', {
      detail: `${url} shows no certificate; it has to begin with https://`,
    })
  const chain = await shownChain(url).catch((error: NodeJS.ErrnoException) => {
    throw unreachable(error, url)
  })
  const last = chain.at(-1)
  const root = last === undefined ? null : readRoot(last.raw)
  const wrong = (detail: string) => new CoterieError('rootPinWrong', { url, detail })
  if (root === null) throw wrong('it shows no root of a mesh')
  if (root.fingerprint !== pinned)
    throw wrong(`its root has ${shortened(root.fingerprint)}, and ${shortened(pinned)} was given`)
  return root
}
