/**
 * Intent on this node: written, stored, spread, and brought together with what others have.
 * See docs/design/revisions.md and registers.md.
 *
 * Guarantees: what `write` resolved for, and what `whenStored` resolved for, is on disk; two members that stay connected
 * come to hold the same. Not guaranteed: that a revision counts, which decisions say.
 */
import { LiveIntentService } from './intent-service.ts'
import type { IntentComponents, IntentInit, IntentService } from './types.ts'

export { createSigning, privateKeyOf, publicKeyOf } from './signatures.ts'
export type * from './types.ts'

export const createIntentService = (components: IntentComponents, init: IntentInit): IntentService =>
  new LiveIntentService(components, init)
