import {
  revocationCodec,
  revocationsAnswerCodec,
  revocationsRequestCodec,
  statementCodec,
} from '../../../../protocols/revocations/index.ts'
import { A, bytes, type Kinds, kind } from './kind.ts'

export const REVOCATIONS: Kinds = [
  kind(statementCodec, {
    'revocation of a node': { node: A, name: 'laptop', reason: 'left on the train', atMs: 1_700_000_000_000 },
  }),
  kind(revocationCodec, {
    'signed revocation': { statement: bytes(120, 1), certificate: bytes(700, 2), signature: bytes(64) },
  }),
  kind(revocationsRequestCodec, {
    'revocations told': { type: 'tell', records: [bytes(900, 3)] },
    'revocations compared': { type: 'compare', digest: bytes(32) },
    'revocations fetched': { type: 'fetch', ids: [bytes(32), bytes(32, 5)] },
  }),
  kind(revocationsAnswerCodec, {
    'revocations heard': { type: 'heard' },
    'ids of revocations': { type: 'ids', ids: [bytes(32)] },
    'revocations asked for': { type: 'records', records: [bytes(900, 3)] },
  }),
]
