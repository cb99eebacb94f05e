import { membershipCodec } from '../../../../protocols/membership/index.ts'
import { A, ADDRESS, B, type Kinds, kind } from './kind.ts'

const speaker = { incarnation: 3, left: false, addresses: [ADDRESS] }
const suspect = { node: B, state: 'suspect' as const, incarnation: 2, addresses: [], accusers: [A] }
const dead = { node: B, state: 'dead' as const, incarnation: 2, addresses: [ADDRESS], accusers: [] }
const said = { speaker, news: [] }

export const MEMBERSHIP: Kinds = [
  kind(membershipCodec, {
    ping: { ...said, body: { type: 'ping', number: 1, origin: A } },
    ack: { ...said, body: { type: 'ack', number: 1, origin: A } },
    'ping request': { ...said, body: { type: 'pingRequest', number: 2, target: B, withinMs: 400 } },
    vouch: { ...said, body: { type: 'vouch', number: 2, target: B } },
    nack: { ...said, body: { type: 'nack', number: 2, target: B } },
    'news of a suspect and of a dead': { speaker, news: [suspect, dead], body: { type: 'news' } },
    'news of a life': { speaker, news: [{ ...dead, state: 'alive' }], body: { type: 'news' } },
    'news of one that left': {
      speaker: { ...speaker, left: true },
      news: [{ ...dead, state: 'left' }],
      body: { type: 'news' },
    },
    digest: {
      ...said,
      body: { type: 'digest', sums: Array.from({ length: 64 }, (_, at) => at * 0x1010101), ask: true },
    },
    records: { speaker, news: [dead], body: { type: 'records' } },
  }),
]
