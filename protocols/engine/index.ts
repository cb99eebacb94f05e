/** What nodes ask of each other's engines: commands in containers, what tasks use, digests of images, and logins for registries. */
export * from './exec.ts'
export * from './images.ts'
export * from './registries.ts'
export * from './usage.ts'
