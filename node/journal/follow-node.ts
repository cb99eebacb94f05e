/**
 * The lines of any member: of this one, of another one by a stream that is opened again after the last line where it breaks, or of
 * the longest copy where that member does not answer. See docs/design/journal.md.
 */
import { CoterieError, isCoterieError } from '../../protocols/errors/index.ts'
import {
  copyAnswerCodec,
  copyQuestionCodec,
  journalBatchCodec,
  journalQuestionCodec,
} from '../../protocols/journal/index.ts'
import { decodeAnswer, type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { Requests, Streams } from '../ports/network.ts'
import type { Copies } from './copies.ts'
import type { Journal } from './journal.ts'
import { HOLDERS_ASKED_MAX } from './limits.ts'
import { type Line, parseLine } from './line.ts'
import { pauseOf } from './pause.ts'
import { inOrderFor } from './rendezvous.ts'
import { type Selection, selectLines } from './select.ts'
import { linesHere } from './serve.ts'

/** For a connection, and for an answer about a copy. */
const ASK_TIMEOUT_MS = 5_000

/** Between two tries to reach a node that somebody waits for. */
const FOLLOW_CEILING_MS = 5_000

/** Breaks in a row, without a line between them, after which somebody who does not follow is told. */
const BREAKS_MAX = 2

export interface NodeLinesComponents {
  readonly self: NodeId
  readonly journal: Pick<Journal, 'read'>
  readonly copies: Copies
  readonly streams: Pick<Streams, 'openStream'>
  readonly requests: Pick<Requests, 'request'>
  readonly clock: Pick<Clock, 'after'>
  readonly random: Random
  /** Members that may be asked, this one too. */
  alive(): readonly NodeId[]
  /** For people. */
  nameOf(node: NodeId): string
}

/** Something that a person who reads the lines should know. */
export interface Note {
  readonly note: string
}

export const isNote = (item: Line | Note): item is Note => 'note' in item

/**
 * Lines of the node in order, until they end or `signal` aborts.
 * @throws `nodeLogAbsent`, `logReadersTooMany`, `peerUnreachable` where it breaks off for good
 */
export async function* readNodeLines(
  components: NodeLinesComponents,
  node: NodeId,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<Line | Note> {
  if (node === components.self) {
    yield* selectLines(linesHere(components, node), selection, signal)
    return
  }
  const { nameOf, clock, random } = components
  let left = selection
  let breaks = 0
  let isAwaited = false
  while (!signal.aborted) {
    try {
      for await (const line of readFrom(components, node, { of: node, ...left }, signal)) {
        if (isAwaited) yield { note: `${nameOf(node)} answers again` }
        isAwaited = false
        breaks = 0
        // The last ones were counted from where it began.
        left = { ...left, after: line.sequence, tail: null }
        yield line
      }
      if (!left.follow || signal.aborted) return
    } catch (error) {
      if (!isBreak(error)) throw error
      const isFirst = breaks === 0 && left.after === null
      if (isFirst) {
        for await (const item of readCopy(components, node, left, error, signal)) {
          if (!isNote(item)) left = { ...left, after: item.sequence, tail: null }
          yield item
        }
      }
      if (!left.follow && (isFirst || breaks === BREAKS_MAX)) {
        if (isFirst) return
        throw error
      }
      if (left.follow && !isAwaited)
        yield { note: `${nameOf(node)} does not answer; its lines go on when it does` }
      isAwaited = left.follow
    }
    breaks += 1
    await pauseOf(breaks, FOLLOW_CEILING_MS, { clock, random, signal })
  }
}

/** True for the end of a connection, or none; what the other node refuses is for whoever asked. */
const isBreak = (error: unknown): error is CoterieError =>
  isCoterieError(error, 'peerUnreachable') || isCoterieError(error, 'requestTimedOut')

/** Lines of `question.of` as that node has them. */
async function* readFrom(
  { streams }: Pick<NodeLinesComponents, 'streams'>,
  node: NodeId,
  question: Selection & { readonly of: NodeId },
  signal: AbortSignal,
): AsyncGenerator<Line> {
  const stream = await streams.openStream(node, PROTOCOLS.journal, { timeoutMs: ASK_TIMEOUT_MS, signal })
  const abort = () => stream.abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    await stream.write(journalQuestionCodec.encode(question))
    for (let frame = await stream.read(); frame !== null; frame = await stream.read())
      for (const text of journalBatchCodec.decode(decodeAnswer(frame))) {
        const line = parseLine(text)
        if (line !== null) yield line
      }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', abort)
    stream.abort()
  }
}

/** @throws `nodeLogAbsent` where nobody has any, and nothing is waited for */
async function* readCopy(
  components: NodeLinesComponents,
  node: NodeId,
  selection: Selection,
  why: CoterieError,
  signal: AbortSignal,
): AsyncGenerator<Line | Note> {
  const { self, nameOf } = components
  const holder = await longestCopy(components, node)
  if (holder === null) {
    if (selection.follow) return
    const [detail = ''] = why.message.split('. ')
    throw new CoterieError('nodeLogAbsent', { node: nameOf(node), detail })
  }
  yield { note: `${nameOf(node)} does not answer; this is the copy that ${nameOf(holder)} keeps` }
  const question = { ...selection, follow: false }
  yield* holder === self
    ? selectLines(linesHere(components, node), question, signal)
    : readFrom(components, holder, { of: node, ...question }, signal)
}

/** Who of those that answer has the most recent line of the node; null where nobody has any. */
const longestCopy = async (components: NodeLinesComponents, node: NodeId): Promise<NodeId | null> => {
  const { self, alive, copies, requests } = components
  const candidates = inOrderFor(node, alive()).slice(0, HOLDERS_ASKED_MAX)
  const ask = async (holder: NodeId): Promise<number | null> => {
    if (holder === self) return copies.held(node)
    const question = copyQuestionCodec.encode({ type: 'held', of: node })
    const options = { timeoutMs: ASK_TIMEOUT_MS }
    return copyAnswerCodec.decode(await requests.request(holder, PROTOCOLS.journalCopies, question, options))
      .last
  }
  const found = await Promise.all(
    candidates.map(async (holder) => ({ holder, last: await ask(holder).catch(() => null) })),
  )
  const [longest] = found.filter(({ last }) => last !== null).sort((a, b) => Number(b.last) - Number(a.last))
  return longest?.holder ?? null
}
