import { decisionCodec } from '../../../../protocols/decisions/index.ts'
import { A, ADDRESS, type Kinds, kind, REVISION } from './kind.ts'

export const DECISIONS: Kinds = [
  kind(decisionCodec, {
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
  }),
]
