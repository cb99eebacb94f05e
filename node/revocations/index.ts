/**
 * Nodes that are shut out: heard of by signed records, at once and without a majority, and made final by decisions. See
 * docs/design/revocation.md.
 */
import { HeldRevocations } from './revocations.ts'
import type { Revocations, RevocationsComponents } from './types.ts'

export { createRemovals, type RemovalsComponents, removalOf } from './removals.ts'
export type { RevocationLog, Revocations, RevocationsComponents, RevokedNodes } from './types.ts'

export const createRevocations = (components: RevocationsComponents): Revocations =>
  new HeldRevocations(components)
