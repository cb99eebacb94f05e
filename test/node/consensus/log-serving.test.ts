import assert from 'node:assert/strict'
import { createLogServing } from '../../../node/consensus/log-serving.ts'
import type { FrameStream } from '../../../node/ports/network.ts'
import { followBatchCodec, followRequestCodec, type LogEntry } from '../../../protocols/consensus/index.ts'
import { eventually } from '../../support/eventually.ts'
import { utf8 } from '../network/nodes.ts'

const entry = (index: number): LogEntry => ({ index, term: 1, kind: 'decision', data: utf8(`${index}`) })

/** A log that grows by hand, served to followers of whom each keeps the frames that it was sent. */
const setUp = () => {
  let serve: (stream: FrameStream) => Promise<void> = async () => {}
  const entries = [entry(1), entry(2)]
  const serving = createLogServing({
    streams: {
      openStream: async () => assert.fail('it opens no stream'),
      handleStream: (_protocol, handler) => {
        serve = handler
      },
    },
    clock: { nowMs: () => 0, wallMs: () => 0, after: () => () => {} },
    log: {
      commitIndex: () => entries.length,
      leader: () => null,
      generation: () => null,
      isOver: () => false,
      committedFrom: (from) => entries.slice(from - 1),
      snapshotBefore: () => null,
    },
  })
  serving.handleStreams()
  return {
    stop: serving.stop,
    commit: () => {
      entries.push(entry(entries.length + 1))
      serving.wake()
    },
    follow: (peer: string, afterIndex: number): Uint8Array[] => {
      const sent: Uint8Array[] = []
      const frames = [followRequestCodec.encode({ afterIndex })]
      void serve({
        peer,
        read: async () => frames.shift() ?? new Promise(() => {}),
        write: async (frame) => void sent.push(frame),
        close: async () => {},
        abort: () => {},
      })
      return sent
    },
  }
}

describe('serving the log', () => {
  it('encodes once what followers at the same point are sent', async () => {
    const { follow, commit, stop } = setUp()
    const early = follow('b', 0)
    const late = follow('c', 1)
    await eventually('both have all there is', () => early.length === 1 && late.length === 1)
    commit()
    await eventually('both have the third entry', () => early.length === 2 && late.length === 2)
    stop()
    const indexes = [...early, ...late].map((frame) =>
      followBatchCodec.decode(frame).entries.map(({ index }) => index),
    )
    assert.deepEqual(indexes, [[1, 2], [3], [2], [3]])
    assert.equal(early[1], late[1], 'the same bytes')
  })
})
