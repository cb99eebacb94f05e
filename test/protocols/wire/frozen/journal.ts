import {
  copyAnswerCodec,
  copyQuestionCodec,
  journalBatchCodec,
  journalQuestionCodec,
} from '../../../../protocols/journal/index.ts'
import { A, type Kinds, kind } from './kind.ts'

const LINE = '{"seq":17,"level":40,"time":"2026-11-22T07:00:00.000Z","msg":"hello \u20ac"}'

export const JOURNAL: Kinds = [
  kind(journalQuestionCodec, {
    'journal question': {
      ...{ of: A, after: 16, tail: 100, follow: true },
      ...{ sinceMs: 1_700_000_000_000, untilMs: 1_700_000_060_000, level: 40, grep: 'hello' },
    },
    'journal question for all': {
      ...{ of: A, after: null, tail: null, follow: false },
      ...{ sinceMs: null, untilMs: null, level: 0, grep: null },
    },
  }),
  kind(journalBatchCodec, { 'journal batch': [LINE] }),
  kind(copyQuestionCodec, {
    'copy held': { type: 'held', of: A },
    'copy to keep': { type: 'keep', lines: [LINE] },
  }),
  kind(copyAnswerCodec, { 'copy that goes so far': { last: 17 }, 'no copy': { last: null } }),
]
