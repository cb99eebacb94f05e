/** Certificates of paper, for tests of what is said and done around them. */
import type { Applicant, Certificates } from '../../node/ports/certificates.ts'

const CHAIN = [1, 2, 3].map((byte) => Uint8Array.of(byte))

export const paperCertificates: Pick<Certificates, 'issue'> = {
  issue: async () => ({ identity: CHAIN, https: CHAIN }),
}

/** Takes whatever is issued. */
export const paperApplicant: Applicant = {
  request: async () => ({ node: '', https: Uint8Array.of(1), hosts: [], signature: new Uint8Array(64) }),
  verify: (_chain, node) => ({
    node,
    name: 'paper',
    role: 'full',
    capabilities: [],
    serial: '01',
    issuer: node,
    notAfterMs: 0,
  }),
  accept: async () => undefined,
}
