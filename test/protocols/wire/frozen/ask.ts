import { askAnswerCodec, askQuestionCodec } from '../../../../protocols/credentials/index.ts'
import { bytes, type Kinds, kind } from './kind.ts'

export const ASK: Kinds = [
  kind(askQuestionCodec, {
    look: { type: 'look' },
    ask: {
      type: 'ask',
      commitment: bytes(32, 1),
      name: 'cellar',
      role: 'edge',
      machine: { arch: 'arm64', cpus: 4, memoryMb: 3_794 },
    },
    wait: { type: 'wait', nonce: bytes(16, 2) },
    withdraw: { type: 'withdraw' },
  }),
  kind(askAnswerCodec, {
    open: { type: 'open', rootHash: bytes(32, 3), meshName: 'home' },
    asked: { type: 'asked', nonce: bytes(16, 4) },
    waiting: { type: 'waiting' },
    approved: { type: 'approved', token: bytes(230) },
    withdrawn: { type: 'withdrawn' },
  }),
]
