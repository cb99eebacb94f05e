/** Leases of exclusive tasks: asked for and kept where they run, granted and withheld where this node leads. See docs/design/leases.md. */
export { createLeases } from './leases.ts'
export type { GrantedLeases, HeldLeases, Leases, LeasesComponents } from './types.ts'
