/** Which keys of Compose files are honoured, and how keys are read by that. */
export { DOCUMENT_KEYS } from './document-keys.ts'
export { type Fields, type Read, readFields, said } from './fields.ts'
export type { Key, Schema } from './key.ts'
export { SERVICE_KEYS } from './service-keys.ts'
