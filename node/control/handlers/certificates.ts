import type { CertificateDesk } from '../components.ts'
import type { Handler } from './handler.ts'

export const handleRoot =
  (certificates: Pick<CertificateDesk, 'root'>): Handler<'GET /v1/root'> =>
  () =>
    certificates.root()

export const handleExportRoot =
  (certificates: Pick<CertificateDesk, 'exportRoot'>): Handler<'POST /v1/root/export'> =>
  ({ body: { passphrase } }) =>
    certificates.exportRoot(passphrase)

export const handleForgetRoot =
  (certificates: Pick<CertificateDesk, 'forgetRoot'>): Handler<'POST /v1/root/forget'> =>
  ({ body }) =>
    certificates.forgetRoot(body)

export const handleImportRoot =
  (certificates: Pick<CertificateDesk, 'importRoot'>): Handler<'POST /v1/root/import'> =>
  ({ body }) =>
    certificates.importRoot(body)

export const handleIssuers =
  (certificates: Pick<CertificateDesk, 'issuers'>): Handler<'GET /v1/issuers'> =>
  () =>
    certificates.issuers()

export const handleGrantIssuer =
  (certificates: Pick<CertificateDesk, 'grantIssuer'>): Handler<'POST /v1/issuers/:node/grant'> =>
  ({ params: { node } }) =>
    certificates.grantIssuer(node)

export const handleRotateIssuer =
  (certificates: Pick<CertificateDesk, 'rotateIssuer'>): Handler<'POST /v1/issuers/:node/rotate'> =>
  ({ params: { node } }) =>
    certificates.rotateIssuer(node)

export const handleRevokeIssuer =
  (certificates: Pick<CertificateDesk, 'revokeIssuer'>): Handler<'POST /v1/issuers/:node/revoke'> =>
  ({ params: { node } }) =>
    certificates.revokeIssuer(node)
