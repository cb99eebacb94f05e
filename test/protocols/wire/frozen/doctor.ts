import { doctorQuestionCodec, echoAnswerCodec, linkFactsCodec } from '../../../../protocols/doctor/index.ts'
import { A, ADDRESS, bytes, type Kinds, kind } from './kind.ts'

export const DOCTOR: Kinds = [
  kind(doctorQuestionCodec, {
    echo: { type: 'echo', padding: bytes(3), wants: 262_144 },
    try: { type: 'try', node: A },
  }),
  kind(echoAnswerCodec, {
    'echo answered': { wallMs: 1_790_000_000_000, findableBy: ['mdns', 'broadcast'], padding: bytes(2) },
  }),
  kind(linkFactsCodec, {
    'sound connection': {
      openings: [{ address: ADDRESS, ms: 2, problem: null }],
      isConnected: true,
      through: A,
      relays: [A],
      via: 'eth0',
      echo: { ms: 3, aheadMs: -4 },
      echoProblem: null,
      load: { sentMs: 20, fetchedMs: null },
      udp: { looks: ['mdns', 'broadcast'], findableBy: ['broadcast'], found: ['broadcast'] },
    },
    'no connection': {
      openings: [{ address: ADDRESS, ms: null, problem: 'refused' }],
      isConnected: false,
      through: null,
      relays: [],
      via: null,
      echo: null,
      echoProblem: 'no connection opened',
      load: null,
      udp: { looks: [], findableBy: null, found: [] },
    },
  }),
]
