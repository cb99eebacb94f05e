import { broadcastCodec } from '../../../../protocols/discovery/index.ts'
import { A, ADDRESS, bytes, type Kinds, kind } from './kind.ts'

export const DISCOVERY: Kinds = [
  kind(broadcastCodec, {
    question: { type: 'question', nonce: bytes(16) },
    answer: { type: 'answer', nonce: bytes(16), node: A, addresses: [ADDRESS] },
  }),
]
