/** What became of a task: one immutable record, written once by the node that ran it. See docs/design/documents.md. */
import { type Static, Type } from 'typebox'
import { toString as textOf } from 'uint8arrays'
import {
  ObjectKeySchema,
  ReasonSchema,
  RevisionIdSchema,
  SlotSchema,
  TaskIdSchema,
  taskIdOf,
} from '../../protocols/decisions/index.ts'
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import { TaskEndSchema } from '../../protocols/tasks/index.ts'
import { defineMessage, intern, NodeIdSchema } from '../../protocols/wire/index.ts'
import { type Claim, decodeSigned, encodeSigned, type Hash, type Sign, signedMessage } from '../signed.ts'

/** One record: a sentence of each kind that there is fits, and a thousand of them fill half of a document. */
export const TASK_RECORD_BYTES_MAX = 4 * 1024

/** Characters of the sentence that tells what was wrong; a longer one is cut. */
export const RECORD_PROBLEM_LENGTH_MAX = 500

const Time = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

const ContentSchema = Type.Object({
  task: TaskIdSchema,
  object: ObjectKeySchema,
  slot: SlotSchema,
  /** Fencing token of its assignment: made of the log's generation and index. */
  token: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  revision: RevisionIdSchema,
  /** Who ran it, and writes this. */
  node: NodeIdSchema,
  /** How often it was started; 0 where it never was. */
  attempts: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  /** Wall clock of the node when it was first started; null where it never was. */
  startedAtMs: Type.Union([Time, Type.Null()]),
  /** The same when it ended, or when its node found that it had. */
  endedAtMs: Time,
  end: TaskEndSchema,
  /** Of the program, where one is known. */
  exitCode: Type.Optional(Type.Integer()),
  /** What was wrong last; absent where nothing was. */
  problem: Type.Optional(
    Type.Object({
      code: Type.String({ maxLength: 64 }),
      message: Type.String({ maxLength: RECORD_PROBLEM_LENGTH_MAX }),
    }),
  ),
  /** Why the log took its slot away; absent where it ended by itself. */
  reason: Type.Optional(ReasonSchema),
})

export const taskRecordContentCodec = defineMessage('task record', ContentSchema)

export type TaskRecordContent = Readonly<Static<typeof ContentSchema>>

export interface TaskRecord extends TaskRecordContent {
  /** Hash of `bytes`, hex: of its content alone would let its signer sign the same twice, and two nodes hold different archives. */
  readonly id: string
  /** Its encoded form, as stored and sent. */
  readonly bytes: Uint8Array
}

const invalid = (detail: string) => new CoterieError('taskRecordInvalid', { detail })

/** Writes down what became of a task and signs it. @throws `taskRecordInvalid` */
export const createTaskRecord = async (
  content: TaskRecordContent,
  { hash, sign }: { readonly hash: Hash; readonly sign: Sign },
): Promise<TaskRecord> => {
  const encoded = taskRecordContentCodec.encode({ ...content })
  const signature = await sign(signedMessage('taskRecord', encoded))
  return parseTaskRecord(encodeSigned({ content: encoded, signature }), hash)
}

/** Reads a record; its signature is not verified yet, see `taskRecordClaim`. @throws `taskRecordInvalid` */
export const parseTaskRecord = (bytes: Uint8Array, hash: Hash): TaskRecord => {
  if (bytes.byteLength > TASK_RECORD_BYTES_MAX) throw invalid(`it has over ${TASK_RECORD_BYTES_MAX} bytes`)
  try {
    const { content } = decodeSigned(bytes)
    const parsed = taskRecordContentCodec.decode(content)
    const { task, object, slot, token, node } = parsed
    if (taskIdOf(object, slot, token) !== task) throw invalid(`it is of ${task}, and of another slot`)
    return { ...parsed, node: intern(node), id: textOf(hash(bytes), 'base16'), bytes }
  } catch (error) {
    throw isCoterieError(error, 'malformedMessage') ? invalid(error.data.detail) : error
  }
}

/** What the record says about who signed it. */
export const taskRecordClaim = ({ node, bytes }: TaskRecord): Claim => {
  const { content, signature } = decodeSigned(bytes)
  return { signer: node, message: signedMessage('taskRecord', content), signature }
}

/** The project of an object, `service/<project>/<name>`. */
export const projectOf = (object: string): string => object.split('/')[1] as string
