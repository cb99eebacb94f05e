import { leaseMessageCodec } from '../../../../protocols/leases/index.ts'
import { A, type Kinds, kind } from './kind.ts'

export const LEASES: Kinds = [
  kind(leaseMessageCodec, {
    ask: {
      type: 'ask',
      asker: A,
      request: 2 ** 47,
      tasks: [
        { task: 'shop.db.0.12', token: 12 },
        { task: 'shop.queue.1.15', token: 15 },
      ],
    },
    answer: {
      type: 'answer',
      asker: A,
      request: 2 ** 47,
      granted: ['shop.db.0.12'],
      moving: ['shop.queue.1.15'],
    },
  }),
]
