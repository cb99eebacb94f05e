import { endCodec, sessionCodec } from '../../../../protocols/credentials/index.ts'
import { type Kinds, kind } from './kind.ts'

/** What registers say of sessions. */
export const SESSIONS: Kinds = [
  kind(sessionCodec, {
    session: {
      account: '0123456789abcdef'.repeat(2),
      epoch: 12,
      way: 'password',
      turn: 3,
      beganAtMs: 1_700_000_000_000,
      refreshedAtMs: 1_700_000_600_000,
    },
    'session by a key': {
      account: '0123456789abcdef'.repeat(2),
      epoch: 12,
      way: 'key',
      turn: 1,
      beganAtMs: 1_700_000_000_000,
      refreshedAtMs: 1_700_000_000_000,
    },
  }),
  kind(endCodec, {
    'logged out': { atMs: 1_700_000_000_000, why: 'logged out' },
    'ended by an admin': { atMs: 1_700_000_000_000, why: 'ended by an admin' },
    'used twice': { atMs: 1_700_000_000_000, why: 'used twice' },
    'too many': { atMs: 1_700_000_000_000, why: 'too many' },
    'user removed': { atMs: 1_700_000_000_000, why: 'user removed' },
  }),
]
