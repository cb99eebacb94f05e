import { registerContentCodec } from '../../../../crdt/register.ts'
import { revisionContentCodec } from '../../../../crdt/revision.ts'
import { signedCodec } from '../../../../crdt/signed.ts'
import {
  compareAnswerCodec,
  fetchAnswerCodec,
  listAnswerCodec,
  syncHintCodec,
  syncRequestCodec,
} from '../../../../crdt/sync-messages.ts'
import { A, bytes, type Kinds, kind, REVISION } from './kind.ts'

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

export const SYNC: Kinds = [
  kind(syncRequestCodec, {
    compare: { type: 'compare', root: bytes(32) },
    list: { type: 'list', kind: 'revisions', buckets: [0, 127] },
    'list from within': { type: 'list', kind: 'registers', buckets: [5], after: `${A}/task/shop.web.0.12` },
    fetch: { type: 'fetch', kind: 'registers', names: [`${A}/task/shop.web.0.12`] },
  }),
  kind(compareAnswerCodec, {
    same: { type: 'same' },
    digests: { type: 'digests', revisions: bytes(2_048), registers: bytes(2_048, 0) },
    'same, with a clock': { type: 'same', wallMs: 1_700_000_000_000 },
    'digests, with a clock': {
      type: 'digests',
      revisions: bytes(2_048),
      registers: bytes(2_048, 0),
      wallMs: 1_700_000_000_000,
    },
  }),
  kind(listAnswerCodec, {
    'list answer': { items: [{ name: REVISION, hash: bytes(16) }], done: 2 },
    'list answer that goes on': { items: [{ name: REVISION, hash: bytes(16) }], done: 1, more: true },
  }),
  kind(fetchAnswerCodec, { 'fetch answer': { records: [bytes(4)], done: 1 } }),
]

export const HINTS: Kinds = [
  kind(syncHintCodec, {
    update: { type: 'update', update: bytes(4) },
    registers: { type: 'registers', records: [bytes(4)] },
    digest: { type: 'digest', root: bytes(32) },
  }),
]

export const RECORDS: Kinds = [
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
]
