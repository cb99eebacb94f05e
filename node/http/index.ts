/** What every HTTP server of a node has in common towards whoever can connect to it (docs/design/http.md). */
export { type Clients, createClients } from './clients.ts'
export { checkForm, type RequestForm } from './form.ts'
export { type CertificateFiles, type GivenCertificate, openGivenCertificate } from './given-certificate.ts'
export { DATA_HEADERS } from './headers.ts'
export { createNames, type HttpsIdentity } from './identity.ts'
export { createRateLimit } from './rate-limit.ts'
export { createHttpServer } from './server.ts'
