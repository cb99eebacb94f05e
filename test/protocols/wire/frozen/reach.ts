import { dialBackAnswerCodec, dialBackRequestCodec } from '../../../../protocols/reach/index.ts'
import { type Kinds, kind } from './kind.ts'

export const REACH: Kinds = [
  kind(dialBackRequestCodec, {
    'dial-back request': { addresses: ['/ip4/192.0.2.7/tcp/7946', '/ip6/2001:db8::7/tcp/7946'] },
  }),
  kind(dialBackAnswerCodec, {
    reached: { reached: true, behind: false },
    'not reached, by one who is behind': { reached: false, behind: true },
  }),
]
