import type { Decision } from '../../../protocols/decisions/index.ts'
import { newIdentity } from '../../support/identities.ts'

export const NODE = newIdentity().node
export const admitted: Decision & { type: 'nodeAdmitted' } = {
  type: 'nodeAdmitted',
  node: NODE,
  name: 'attic',
  addresses: [],
  atMs: 1,
}
/** Of a node that nobody admitted, unless the one above came first. */
export const drained: Decision = { type: 'nodeDrained', node: NODE, draining: true }
export const accepted: Decision & { type: 'revisionAccepted' } = {
  type: 'revisionAccepted',
  revision: 'a'.repeat(64),
  object: 'service/shop/web',
  parents: [],
  hlc: { wallMs: 1, counter: 0 },
  removed: false,
}
/** Of a version to come. */
export const unreadable = new Uint8Array([0xa1, 0x64, 0x74, 0x79, 0x70, 0x65, 0x63, 0x6e, 0x65, 0x77])
