import { joinReplyCodec, joinRequestCodec, tokenTermsCodec } from '../../../../protocols/credentials/index.ts'
import { A, ADDRESS, bytes, type Kinds, kind } from './kind.ts'

const asked = {
  token: bytes(230),
  name: 'attic',
  addresses: [ADDRESS],
  version: '0.1.0',
  certificate: { https: bytes(300, 8), hosts: ['attic.example.org', '192.0.2.7'], signature: bytes(64, 9) },
}
const chain = [bytes(3, 1), bytes(3, 2), bytes(3, 3)]

export const JOIN: Kinds = [
  kind(joinRequestCodec, {
    request: asked,
    'request with a range': { ...asked, meshVersions: { least: 1, most: 2 } },
    'request of an edge node': { ...asked, meshVersions: { least: 1, most: 2 }, role: 'edge' },
  }),
  kind(joinReplyCodec, {
    reply: {
      mesh: '0123456789abcdef',
      meshName: 'home',
      issued: { identity: chain, https: chain },
      members: [{ node: A, addresses: [ADDRESS] }],
    },
  }),
  kind(tokenTermsCodec, {
    token: {
      r: bytes(32, 1),
      i: bytes(16, 2),
      b: bytes(32, 3),
      f: 1_763_777_000,
      e: 1_763_863_400,
      a: [ADDRESS],
    },
    'token with limits': {
      r: bytes(32, 1),
      i: bytes(16, 2),
      b: bytes(32, 3),
      f: 1_763_777_000,
      e: 1_763_863_400,
      u: 20,
      o: 'edge',
      c: ['relay'],
      n: ['192.0.2.0/24'],
      l: ['zone=attic'],
      a: [],
    },
  }),
]
