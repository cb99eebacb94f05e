import { domainOf } from '../../protocols/credentials/index.ts'
import type { DecisionView } from '../../protocols/decisions/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import type { IssuerView, RootDesk } from '../certificates/index.ts'
import type { CertificateDesk } from '../control/index.ts'

/** The root and the issuers, in the words of the API: nodes by their names. */
export const openCertificateDesk = (
  desk: RootDesk,
  { nodes }: Pick<DecisionView, 'nodes'>,
): CertificateDesk => {
  const nodeOf = (given: string): NodeId => {
    const known = [...nodes.values()].find(({ node, name }) => node === given || name === given)
    if (known === undefined)
      throw new CoterieError('certificateRefused', { detail: `there is no node ${given}` })
    return known.node
  }
  const named = ({ node, notAfterMs }: IssuerView) => ({
    id: node,
    name: nodes.get(node)?.name ?? 'unknown',
    notAfterMs,
  })
  const root = async () => {
    const { mesh, ...rest } = await desk.root()
    return { ...rest, domain: domainOf(mesh) }
  }
  const issuers = () => ({ issuers: desk.issuers().map(named) })
  return {
    root,
    exportRoot: async (passphrase) => ({ sealed: await desk.export(passphrase) }),
    forgetRoot: async ({ sealed, passphrase }) => {
      await desk.forget(sealed, passphrase)
      return root()
    },
    importRoot: async ({ sealed, passphrase }) => {
      await desk.import(sealed, passphrase)
      return root()
    },
    issuers,
    grantIssuer: async (node) => named(await desk.grant(nodeOf(node))),
    rotateIssuer: async (node) => named(await desk.rotate(nodeOf(node))),
    revokeIssuer: async (node) => {
      await desk.revoke(nodeOf(node))
      return issuers()
    },
  }
}
