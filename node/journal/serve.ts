/** Answers members that want lines of this node, or of one that it keeps a copy of. */
import { CoterieError } from '../../protocols/errors/index.ts'
import {
  copyAnswerCodec,
  copyQuestionCodec,
  JOURNAL_BATCH_LINES_MAX,
  journalBatchCodec,
  journalQuestionCodec,
} from '../../protocols/journal/index.ts'
import { encodeAnswer, encodeErrorAnswer, type NodeId, PROTOCOLS } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { FrameStream, Requests, Streams } from '../ports/network.ts'
import { batchesOf } from '../turns/index.ts'
import type { Copies } from './copies.ts'
import type { Journal, ReadLines } from './journal.ts'
import { READERS_MAX, WRITE_TIMEOUT_MS } from './limits.ts'
import { selectLines } from './select.ts'

export interface ServedJournal {
  readonly self: NodeId
  readonly journal: Pick<Journal, 'read'>
  readonly copies: Copies
  readonly clock: Pick<Clock, 'after'>
  readonly streams: Pick<Streams, 'handleStream'>
  readonly requests: Pick<Requests, 'handleRequest'>
}

/** The lines of that node as they are here. */
export const linesHere = (
  { self, journal, copies }: Pick<ServedJournal, 'self' | 'journal' | 'copies'>,
  of: NodeId,
): ReadLines => (of === self ? journal.read : copies.readOf(of))

/** A reader that takes nothing for long holds one of few places, so its stream is given up. */
const writeInTime = async (
  stream: FrameStream,
  frame: Uint8Array,
  clock: Pick<Clock, 'after'>,
): Promise<void> => {
  const cancel = clock.after(WRITE_TIMEOUT_MS, () => stream.abort())
  await stream.write(frame).finally(cancel)
}

/** Sends what was asked for until it ends, or the reader does. */
const send = async (stream: FrameStream, asked: Uint8Array, served: ServedJournal): Promise<void> => {
  const ended = new AbortController()
  // The reader says nothing more; the end of its side is the end of its interest.
  stream.read().then(
    () => ended.abort(),
    () => ended.abort(),
  )
  try {
    const { of, ...selection } = journalQuestionCodec.decode(asked)
    const lines = selectLines(linesHere(served, of), selection, ended.signal)
    for await (const batch of batchesOf(lines, JOURNAL_BATCH_LINES_MAX)) {
      const frame = encodeAnswer(journalBatchCodec.encode(batch.map(({ text }) => text)))
      await writeInTime(stream, frame, served.clock)
    }
  } catch (error) {
    if (!ended.signal.aborted) await stream.write(encodeErrorAnswer(error))
  }
}

export const serveJournal = (served: ServedJournal): void => {
  const { streams, requests, copies } = served
  let readers = 0
  streams.handleStream(PROTOCOLS.journal, async (stream) => {
    const asked = await stream.read()
    if (asked === null) return
    if (readers >= READERS_MAX) {
      const error = new CoterieError('logReadersTooMany', { readersMax: READERS_MAX })
      await stream.write(encodeErrorAnswer(error))
      return
    }
    readers += 1
    await send(stream, asked, served).finally(() => {
      readers -= 1
    })
  })
  requests.handleRequest(PROTOCOLS.journalCopies, async (from, payload) => {
    const question = copyQuestionCodec.decode(payload)
    const last =
      question.type === 'held' ? await copies.held(question.of) : await copies.keep(from, question.lines)
    return copyAnswerCodec.encode({ last })
  })
}
