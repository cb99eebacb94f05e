/**
 * One message or more of every kind that crosses a wire, by protocol. They are frozen in test/fixtures/wire, where an
 * older and a newer version of this program find what they have to understand.
 */
import { Type } from 'typebox'
import { registerContentCodec } from '../../../crdt/register.ts'
import { revisionContentCodec } from '../../../crdt/revision.ts'
import { signedCodec } from '../../../crdt/signed.ts'
import {
  compareAnswerCodec,
  fetchAnswerCodec,
  listAnswerCodec,
  syncHintCodec,
  syncRequestCodec,
} from '../../../crdt/sync-messages.ts'
import { nodeProfileCodec, taskStatusCodec } from '../../../node/daemon/observed.ts'
import {
  configurationCodec,
  consensusMessageCodec,
  decideReplyCodec,
  decideRequestCodec,
  followBatchCodec,
  followRequestCodec,
} from '../../../protocols/consensus/index.ts'
import { joinReplyCodec, joinRequestCodec } from '../../../protocols/credentials/index.ts'
import { decisionCodec } from '../../../protocols/decisions/index.ts'
import { CoterieError, type ErrorCode } from '../../../protocols/errors/index.ts'
import { membershipCodec } from '../../../protocols/membership/index.ts'
import { logBatchCodec, logsRequestCodec } from '../../../protocols/tasks/index.ts'
import { decodeTunnelFrame, encodeTunnelFrame, type TunnelFrame } from '../../../protocols/tunnel/index.ts'
import {
  decodeAnswer,
  encodeAnswer,
  encodeErrorAnswer,
  type MessageCodec,
} from '../../../protocols/wire/index.ts'
import { answerMessage, offerMessage } from '../../../signaling/index.ts'

const A = '12D3KooWGzBkWmYQHh8ytmPGbSj1pnSyZ4GhVYNdBWBFFCTTCEDQ'
const B = '12D3KooWSCufgHzV4fCwRijfH2k3abrpAJxTKxEvN1FDuRXA2U9x'
const ADDRESS = '/ip4/192.0.2.7/tcp/7946'
const REVISION = 'ab'.repeat(32)
const bytes = (length: number, value = 7) => new Uint8Array(length).fill(value)

interface Kind<Message> {
  readonly codec: MessageCodec<Message>
  /** Name -> message. */
  readonly messages: Readonly<Record<string, Message>>
}

const kind = <Message>(codec: MessageCodec<Message>, messages: Kind<Message>['messages']) => ({
  codec: codec as MessageCodec<unknown>,
  messages: messages as Readonly<Record<string, unknown>>,
})

const speaker = { incarnation: 3, left: false, addresses: [ADDRESS] }
const suspect = { node: B, state: 'suspect' as const, incarnation: 2, addresses: [], accusers: [A] }
const dead = { node: B, state: 'dead' as const, incarnation: 2, addresses: [ADDRESS], accusers: [] }
const said = { speaker, news: [] }

const membership = kind(membershipCodec, {
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
})

const entry = { index: 8, term: 3, kind: 'decision' as const, data: bytes(5) }
const noop = { index: 7, term: 3, kind: 'noop' as const, data: bytes(0) }
const configuration = { voters: [A, B], votersOutgoing: [A], learners: [] }
const placed = {
  index: 9,
  term: 3,
  kind: 'configuration' as const,
  data: configurationCodec.encode(configuration),
}
const piece = { index: 6, term: 2, configuration, offset: 4, bytes: 10, data: bytes(6) }

const store = { id: '0123456789abcdef'.repeat(2), boot: 3 }

const consensus = kind(consensusMessageCodec, {
  'pre-vote': { type: 'preVote', term: 4, lastIndex: 9, lastTerm: 3, transfer: false },
  vote: { type: 'vote', term: 4, lastIndex: 9, lastTerm: 3, transfer: true },
  'pre-vote reply': { type: 'preVoteReply', term: 4, granted: true },
  'vote reply': { type: 'voteReply', term: 4, granted: false },
  'vote reply of a store': { type: 'voteReply', term: 4, granted: true, store },
  append: {
    type: 'append',
    term: 3,
    prevIndex: 6,
    prevTerm: 2,
    entries: [noop, entry, placed],
    commitIndex: 6,
    round: 12,
  },
  heartbeat: { type: 'append', term: 3, prevIndex: 9, prevTerm: 3, entries: [], commitIndex: 9, round: 13 },
  'append reply of a store': {
    type: 'appendReply',
    term: 3,
    accepted: false,
    matchIndex: 9,
    round: 12,
    store,
  },
  'append reply': { type: 'appendReply', term: 3, accepted: true, matchIndex: 9, round: 12 },
  'snapshot piece': { type: 'snapshotPiece', term: 3, piece },
  'snapshot reply': { type: 'snapshotReply', term: 3, index: 6, offset: 10 },
  'time-out now': { type: 'timeoutNow', term: 3 },
})

const decisions = kind(decisionCodec, {
  'mesh founded': { type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 1_700_000_000_000 },
  'node admitted': {
    type: 'nodeAdmitted',
    node: A,
    name: 'kitchen',
    addresses: [ADDRESS],
    atMs: 1_700_000_000_001,
  },
  'node drained': { type: 'nodeDrained', node: A, draining: true },
  'node removed': { type: 'nodeRemoved', node: A, atMs: 1_700_000_000_002 },
  'revision accepted': {
    type: 'revisionAccepted',
    revision: REVISION,
    object: 'service/shop/web',
    parents: ['cd'.repeat(32)],
    hlc: { wallMs: 1_700_000_000_003, counter: 1 },
    removed: false,
    ifHead: null,
    written: { author: A, hlc: { wallMs: 1_700_000_000_003, counter: 1 } },
  },
  'revision accepted that keeps the head': {
    type: 'revisionAccepted',
    revision: REVISION,
    object: 'service/shop/web',
    parents: ['cd'.repeat(32), 'ef'.repeat(32)],
    hlc: { wallMs: 1_700_000_000_003, counter: 1 },
    removed: false,
    keeps: true,
  },
  'revisions trimmed': {
    type: 'revisionsTrimmed',
    object: 'service/shop/web',
    revisions: [{ revision: REVISION, written: { author: A, hlc: { wallMs: 1, counter: 0 } } }],
  },
  'task assigned': {
    type: 'taskAssigned',
    object: 'service/shop/web',
    revision: REVISION,
    slot: 0,
    node: A,
    replaces: null,
    reason: 'the slot is empty',
  },
  'task released': { type: 'taskReleased', task: 'shop.web.0.12', reason: 'one replica less' },
})

const told = {
  task: 'shop.web.0.12',
  token: 12,
  attempt: 1,
  quickEnds: 0,
  sinceMs: 1_700_000_000_004,
  problem: null,
}
const problem = { code: 'imageMissing', message: 'no such image', next: 'Push it' }
const port = { target: 80, host: '192.0.2.7', port: 32_768, protocol: 'tcp' as const }

const status = kind(taskStatusCodec, {
  assigned: { ...told, state: 'assigned' },
  preparing: { ...told, state: 'preparing', runtime: 'docker' },
  starting: { ...told, state: 'starting', runtime: 'process' },
  running: { ...told, state: 'running', runtime: 'docker', ports: [port], startedAtMs: 1_700_000_000_005 },
  waiting: { ...told, state: 'waiting', delayMs: 2_000, problem },
  stopping: { ...told, state: 'stopping' },
  stopped: { ...told, state: 'stopped' },
  completed: { ...told, state: 'completed' },
  failed: { ...told, state: 'failed', lastLines: ['Segmentation fault'] },
  rejected: { ...told, state: 'rejected', lastLines: [], problem },
})

const spec = {
  kind: 'service' as const,
  name: 'web',
  project: 'shop',
  image: 'nginx:1',
  command: ['serve'],
  environment: { PORT: '80' },
  ports: [{ target: 80, published: null, protocol: 'tcp' as const }],
  replicas: 2,
  restart: 'always' as const,
  process: { command: ['./serve'] },
}
const content = {
  object: 'service/shop/web',
  parents: [],
  hlc: { wallMs: 1_700_000_000_003, counter: 1 },
  author: A,
  via: 'cli',
}

/** Forms that are not CBOR maps: what is new comes under another number, which is refused. */
const tunnel = kind(
  {
    schema: Type.Unknown(),
    encode: encodeTunnelFrame,
    decode: (frame) => decodeTunnelFrame(frame as Uint8Array<ArrayBuffer>),
  },
  {
    open: {
      type: 'open',
      stream: 1,
      head: { service: 'web', method: 'GET', path: '/?a=b', headers: [['accept', 'text/html']] },
    },
    head: { type: 'head', stream: 1, head: { status: 200, headers: [['content-type', 'text/html']] } },
    data: { type: 'data', stream: 1, bytes: bytes(3) as Uint8Array<ArrayBuffer> },
    end: { type: 'end', stream: 1 },
    credit: { type: 'credit', stream: 1, bytes: 65_536 },
    reset: { type: 'reset', stream: 1, code: 253 },
    'reset of the channel': { type: 'reset', stream: 0, code: 259 },
    'tunnel ping': { type: 'ping', stream: 0 },
    pong: { type: 'pong', stream: 0 },
  } as Readonly<Record<string, TunnelFrame>>,
)

const answer = kind<Uint8Array | { readonly code: ErrorCode; readonly data: object }>(
  {
    schema: Type.Unknown(),
    encode: (given) =>
      given instanceof Uint8Array
        ? encodeAnswer(given)
        : encodeErrorAnswer(new CoterieError(given.code, given.data as never)),
    decode: (frame) => {
      try {
        return decodeAnswer(frame)
      } catch (error) {
        const { code, data } = error as CoterieError
        return { code, data }
      }
    },
  },
  {
    'a result': bytes(4),
    'an error': { code: 'notLeader', data: { leader: A } },
  },
)

/** Protocol or record -> its kinds of messages. */
export const FROZEN: Readonly<Record<string, readonly ReturnType<typeof kind>[]>> = {
  join: [
    kind(joinRequestCodec, {
      request: { proof: bytes(32), name: 'attic', addresses: [ADDRESS], version: '0.1.0' },
    }),
    kind(joinReplyCodec, {
      reply: {
        proof: bytes(32, 9),
        mesh: '0123456789abcdef',
        meshName: 'home',
        members: [{ node: A, addresses: [ADDRESS] }],
      },
    }),
  ],
  membership: [membership],
  consensus: [
    consensus,
    kind(configurationCodec, {
      configuration,
      'configuration with stores': {
        ...configuration,
        stores: { [A]: store.id },
        storesOutgoing: { [A]: store.id },
      },
    }),
  ],
  follow: [
    kind(followRequestCodec, { 'follow request': { afterIndex: 6 } }),
    kind(followBatchCodec, {
      'follow batch': { entries: [noop, entry], commitIndex: 8, leader: A },
      beat: { entries: [], commitIndex: 8, leader: null },
      'follow batch with a snapshot': { entries: [], commitIndex: 8, leader: A, snapshot: piece },
    }),
  ],
  decide: [
    kind(decideRequestCodec, {
      propose: { type: 'propose', data: bytes(3), timeoutMs: 5_000 },
      read: { type: 'read', timeoutMs: 5_000 },
    }),
    kind(decideReplyCodec, { 'decide reply': { index: 8, term: 3 } }),
  ],
  decisions: [decisions],
  sync: [
    kind(syncRequestCodec, {
      compare: { type: 'compare', root: bytes(32) },
      list: { type: 'list', kind: 'revisions', buckets: [0, 127] },
      fetch: { type: 'fetch', kind: 'registers', names: [`${A}/task/shop.web.0.12`] },
    }),
    kind(compareAnswerCodec, {
      same: { type: 'same' },
      digests: { type: 'digests', revisions: bytes(2_048), registers: bytes(2_048, 0) },
    }),
    kind(listAnswerCodec, { 'list answer': { items: [{ name: REVISION, hash: bytes(16) }], done: 2 } }),
    kind(fetchAnswerCodec, { 'fetch answer': { records: [bytes(4)], done: 1 } }),
  ],
  hints: [
    kind(syncHintCodec, {
      update: { type: 'update', update: bytes(4) },
      registers: { type: 'registers', records: [bytes(4)] },
      digest: { type: 'digest', root: bytes(32) },
    }),
  ],
  signal: [
    kind(offerMessage, { offer: { service: 'web', sdp: 'v=0\r\n' } }),
    kind(answerMessage, { answer: { session: '1a2b3c', sdp: 'v=0\r\n' } }),
  ],
  logs: [
    kind(logsRequestCodec, {
      'logs request': { task: 'shop.web.0.12', tail: 100, follow: true },
      'logs request for all': { task: 'shop.web.0.12', tail: null, follow: false },
    }),
    kind(logBatchCodec, {
      'log batch': [{ atMs: 1_700_000_000_006, stream: 'stderr', text: 'hello \u20ac' }],
    }),
  ],
  tunnel: [tunnel],
  answers: [answer],
  records: [
    kind(signedCodec, { 'signed record': { content: bytes(8), signature: bytes(64, 1) } }),
    kind(revisionContentCodec, {
      'revision of a spec': { ...content, body: { type: 'spec', spec }, ifHead: REVISION },
      'revision that keeps the head': {
        ...content,
        parents: [REVISION, 'cd'.repeat(32)],
        body: { type: 'keep' },
      },
      'revision that removes': { ...content, parents: [REVISION], body: { type: 'removal' } },
    }),
    kind(registerContentCodec, {
      register: { node: A, key: 'task/shop.web.0.12', epoch: 2, sequence: 9, value: bytes(4) },
    }),
    status,
    kind(nodeProfileCodec, {
      'node profile': {
        name: 'kitchen',
        version: '0.1.0',
        runtimes: ['docker', 'process'],
        cpus: 4,
        memoryMb: 8_192,
        stopping: false,
      },
    }),
  ],
}
