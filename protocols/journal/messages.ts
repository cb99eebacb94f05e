/**
 * Wire forms on `PROTOCOLS.journal`, one question and then answers of a batch each, and on `PROTOCOLS.journalCopies`, one question
 * and one answer. A line is the text that its node wrote, see docs/design/journal.md.
 */
import { type Static, Type } from 'typebox'
import { defineMessage, NodeIdSchema } from '../wire/index.ts'

/** Characters of one line, a longer one is cut: a full batch of these in UTF-8 still fits a frame. */
export const JOURNAL_LINE_LENGTH_MAX = 8_192
/** Lines in one frame: quick to send, far below a frame's bound at any usual length. */
export const JOURNAL_BATCH_LINES_MAX = 32
/** Lines from the end that a reader may ask for: their numbers are held while the last ones are looked for. */
export const JOURNAL_TAIL_MAX = 10_000
/** Characters of a text that lines are searched for. */
export const JOURNAL_GREP_LENGTH_MAX = 256

const NumberSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const LineSchema = Type.String({ maxLength: JOURNAL_LINE_LENGTH_MAX })
const LinesSchema = Type.Array(LineSchema, { maxItems: JOURNAL_BATCH_LINES_MAX })

const JournalQuestionSchema = Type.Object({
  /** Whose lines: of the node that is asked, or of one that it keeps a copy of. */
  of: NodeIdSchema,
  /** Only lines with a greater number; null for all that are kept. */
  after: Type.Union([NumberSchema, Type.Null()]),
  /** Of what fits, so many from the end; null for all. */
  tail: Type.Union([Type.Integer({ minimum: 0, maximum: JOURNAL_TAIL_MAX }), Type.Null()]),
  follow: Type.Boolean(),
  /** Wall clock of the node that wrote them. */
  sinceMs: Type.Union([NumberSchema, Type.Null()]),
  untilMs: Type.Union([NumberSchema, Type.Null()]),
  /** pino's number of the least level. */
  level: Type.Integer({ minimum: 0, maximum: 100 }),
  /** Text that the line holds, in capitals or not. */
  grep: Type.Union([Type.String({ maxLength: JOURNAL_GREP_LENGTH_MAX }), Type.Null()]),
})

/** `held` asks how far the copy of a node's lines goes; `keep` adds lines of the asker to its copy. */
const CopyQuestionSchema = Type.Union([
  Type.Object({ type: Type.Literal('held'), of: NodeIdSchema }),
  Type.Object({ type: Type.Literal('keep'), lines: LinesSchema }),
])

const CopyAnswerSchema = Type.Object({
  /** The number of the last line that is kept; null where none is. */
  last: Type.Union([NumberSchema, Type.Null()]),
})

export type JournalQuestion = Static<typeof JournalQuestionSchema>
export type CopyQuestion = Static<typeof CopyQuestionSchema>
export type CopyAnswer = Static<typeof CopyAnswerSchema>

export const journalQuestionCodec = defineMessage('journal question', JournalQuestionSchema)
export const journalBatchCodec = defineMessage('journal batch', LinesSchema)
export const copyQuestionCodec = defineMessage('journal copy question', CopyQuestionSchema)
export const copyAnswerCodec = defineMessage('journal copy answer', CopyAnswerSchema)
