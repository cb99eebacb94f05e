/** Frames out of trees: as they are, changed by form, changed by byte. */
import type { TSchema } from 'typebox'
import type { Random } from '../../node/ports/clock.ts'
import { chance } from '../../node/simulation/random.ts'
import type { MessageCodec } from '../../protocols/wire/index.ts'
import { FRAME_BYTES_MAX } from '../../protocols/wire/index.ts'
import { mutateBytes, padTo } from './mutate-bytes.ts'
import { mutateTree } from './mutate-tree.ts'
import { boundsIn, integer, NO_WORDS, valueFor, type Words } from './schema-values.ts'
import { breach, nothing, type Subject, type Target } from './target.ts'
import { type Tree, treeOf, writeTree } from './tree.ts'

/** Frames that are left as they are, so that a target shows that it accepts what it should. */
const HONEST_RATIO = 0.15
const CHANGES_MAX = 3

export interface FrameSource {
  /** A valid message. */
  valid(random: Random): Tree
  /** Lengths and numbers near which frames are made. */
  readonly bounds: readonly number[]
  /** What the transport lets through at most. */
  readonly bytesMax?: number
}

const changedTree = (random: Random, { valid, bounds }: FrameSource): Tree => {
  const root = [valid(random)]
  const changes = 1 + integer(random, CHANGES_MAX - 1)
  for (let change = 0; change < changes; change++) mutateTree(random, root, () => valid(random), bounds)
  return root[0]
}

/** Changes bytes a few times. */
export const changedBytes = (random: Random, bytes: Uint8Array, other: () => Uint8Array): Uint8Array => {
  let changed = bytes
  const changes = 1 + integer(random, CHANGES_MAX - 1)
  for (let change = 0; change < changes; change++) changed = mutateBytes(random, changed, other)
  return changed
}

/** A frame of that source: honest, hostile in its form, hostile in its bytes, or both. */
export const frameFrom = (random: Random, source: FrameSource): Uint8Array => {
  const { valid, bytesMax = FRAME_BYTES_MAX } = source
  const other = () => writeTree(valid(random))
  const ratio = random()
  if (ratio < HONEST_RATIO) return other()
  if (ratio < 0.7) return writeTree(changedTree(random, source)).subarray(0, bytesMax)
  if (ratio < 0.702)
    return padTo(random, other(), [bytesMax, ...source.bounds.filter((bound) => bound < bytesMax)]).subarray(
      0,
      bytesMax,
    )
  const bytes = chance(random, 0.3) ? writeTree(changedTree(random, source)) : other()
  return changedBytes(random, bytes, other).subarray(0, bytesMax)
}

const sameBytes = (some: Uint8Array, others: Uint8Array): boolean => Buffer.compare(some, others) === 0

/** What was decoded says the same when it is encoded and decoded again. */
export const assertRoundTrip = <Message>(codec: MessageCodec<Message>, message: Message): void => {
  const encoded = codec.encode(message)
  const again = codec.encode(codec.decode(encoded))
  if (!sameBytes(encoded, again)) breach('encoded and decoded again, it is another message')
}

export interface MessageTargetInit<Message> {
  readonly name: string
  readonly codec: MessageCodec<Message>
  readonly words?: Words
  readonly bytesMax?: number
  /** What is done with a message that was read. */
  readonly use?: (message: Message) => void
}

/** The target of a codec that feeds no machine of its own. */
export const messageTarget = <Message>(init: MessageTargetInit<Message>): Target => {
  const { name, codec, words = NO_WORDS, bytesMax = FRAME_BYTES_MAX, use } = init
  const source = sourceOf(codec.schema, words, bytesMax)
  const subject: Subject = {
    make: (random) => frameFrom(random, source),
    take: (frame) => {
      const message = codec.decode(frame)
      assertRoundTrip(codec, message)
      use?.(message)
    },
    fingerprint: nothing,
  }
  return { name, codes: ['malformedMessage'], open: () => subject }
}

/** Frames of a schema's messages. */
export const sourceOf = (
  schema: TSchema,
  words: Words = NO_WORDS,
  bytesMax = FRAME_BYTES_MAX,
): FrameSource => ({
  valid: (random) => treeOf(valueFor(random, schema, words)),
  bounds: boundsIn(schema),
  bytesMax,
})
