import { joinReplyCodec, joinRequestCodec } from '../../../../protocols/credentials/index.ts'
import { A, ADDRESS, bytes, type Kinds, kind } from './kind.ts'

export const JOIN: Kinds = [
  kind(joinRequestCodec, {
    request: { proof: bytes(32), name: 'attic', addresses: [ADDRESS], version: '0.1.0' },
    'request with a range': {
      proof: bytes(32),
      name: 'attic',
      addresses: [ADDRESS],
      version: '0.1.0',
      meshVersions: { least: 1, most: 2 },
    },
    'request of an edge node': {
      proof: bytes(32),
      name: 'attic',
      addresses: [ADDRESS],
      version: '0.1.0',
      meshVersions: { least: 1, most: 2 },
      role: 'edge',
    },
  }),
  kind(joinReplyCodec, {
    reply: {
      proof: bytes(32, 9),
      mesh: '0123456789abcdef',
      meshName: 'home',
      members: [{ node: A, addresses: [ADDRESS] }],
    },
  }),
]
