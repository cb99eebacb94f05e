import {
  helloCodec,
  issuedCodec,
  issuerAnswerCodec,
  leavesRequestCodec,
} from '../../../../protocols/credentials/index.ts'
import { A, bytes, type Kinds, kind } from './kind.ts'

const CHAIN = [bytes(600, 1), bytes(700, 2), bytes(500, 3)]

export const CERTIFICATES: Kinds = [
  kind(helloCodec, {
    hello: { chain: CHAIN, atMs: 1_700_000_000_000 },
    'hello of a machine that is about to join': { chain: [] },
    'hello of a copy': { chain: CHAIN, atMs: 1_700_000_000_000, isCopy: true },
    'hello to a revoked machine': { chain: [], revoked: bytes(900, 4) },
  }),
  kind(leavesRequestCodec, {
    'certificate request': {
      node: A,
      request: { https: bytes(300), hosts: ['192.0.2.7', 'attic.example'], signature: bytes(64) },
    },
  }),
  kind(issuedCodec, { 'issued certificates': { identity: CHAIN, https: CHAIN } }),
  kind(issuerAnswerCodec, { 'issuer request': { request: bytes(300), signature: bytes(64) } }),
]
