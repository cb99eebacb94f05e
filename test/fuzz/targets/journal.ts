/** What a member may ask for log lines, and the lines that it may claim to have. */
import { parseLine, tidyLine } from '../../../node/journal/line.ts'
import {
  copyAnswerCodec,
  copyQuestionCodec,
  journalBatchCodec,
  journalQuestionCodec,
} from '../../../protocols/journal/index.ts'
import { messageTarget } from '../frames.ts'
import type { Target } from '../target.ts'

const useLines = (texts: readonly string[]): void => {
  for (const text of texts) {
    parseLine(text)
    tidyLine(text)
  }
}

export const journalTargets: readonly Target[] = [
  messageTarget({ name: 'journal-question', codec: journalQuestionCodec }),
  messageTarget({ name: 'journal-batch', codec: journalBatchCodec, use: useLines }),
  messageTarget({ name: 'journal-copy-question', codec: copyQuestionCodec }),
  messageTarget({ name: 'journal-copy-answer', codec: copyAnswerCodec }),
]
