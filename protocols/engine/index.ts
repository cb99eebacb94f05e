/** What nodes ask of each other's engines: commands in containers, what tasks use, and logins for registries. */
export * from './exec.ts'
export * from './registries.ts'
export * from './usage.ts'
