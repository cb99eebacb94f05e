import { type GenerationRecord, standingCodec } from '../../../../protocols/generations/index.ts'
import { A, B, bytes, type Kinds, kind } from './kind.ts'

export const GENERATION = { number: 4, id: '0123456789abcdef'.repeat(2) }

export const RECORD: GenerationRecord = {
  mesh: '0123456789abcdef',
  number: 4,
  parent: null,
  by: A,
  atMs: 1_700_000_000_000,
  from: { index: 8, term: 3 },
  survivors: [A, B],
  signature: bytes(64),
}

export const GENERATIONS: Kinds = [
  kind(standingCodec, {
    'standing in the first generation': {
      records: [],
      lastIndex: 9,
      lastTerm: 3,
      commitIndex: 8,
      hasLeader: true,
    },
    'standing in a later one': {
      records: [RECORD, { ...RECORD, number: 6, parent: GENERATION, by: B }],
      lastIndex: 12,
      lastTerm: 5,
      commitIndex: 12,
      hasLeader: false,
    },
  }),
]
