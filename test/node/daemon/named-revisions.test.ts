import assert from 'node:assert/strict'
import { namedRevisions } from '../../../node/daemon/named-revisions.ts'
import type { LogEntry } from '../../../protocols/consensus/index.ts'
import { decisionCodec } from '../../../protocols/decisions/index.ts'

const id = (index: number) => index.toString(16).padStart(64, '0')

/** The entry at that index, which accepts the revision of that number. */
const acceptance = (index: number): LogEntry => ({
  index,
  term: 1,
  kind: 'decision',
  data: decisionCodec.encode({
    type: 'revisionAccepted',
    revision: id(index),
    object: 'service/shop/web',
    parents: [],
    hlc: { wallMs: index, counter: 0 },
    removed: false,
  }),
})

describe('the revisions that entries of the log accept', () => {
  const open = (...stored: number[]) => {
    const asked = { sought: [] as readonly string[], awaited: [] as readonly string[] }
    const never = Promise.withResolvers<void>()
    const named = namedRevisions({
      holds: (wanted) => stored.map(id).includes(wanted),
      seek: async (ids) => {
        asked.sought = ids
      },
      whenStored: async (ids) => {
        asked.awaited = ids
        if (ids.length > 0) await never.promise
      },
    })
    return { named, asked, arrive: never.resolve }
  }

  it('are stored or not', () => {
    const { named } = open(1)
    assert.deepEqual([named.isStored(acceptance(1)), named.isStored(acceptance(2))], [true, false])
  })

  it('are sought where they are committed, for they may be trimmed, and waited for where they are not', async () => {
    const { named, asked, arrive } = open(1)
    const entries = [1, 2, 3, 4].map(acceptance)
    await named.untilStored(entries.slice(0, 3), 3)
    assert.deepEqual(asked, { sought: [id(2), id(3)], awaited: [] })
    let isOver = false
    const over = named.untilStored(entries, 3).then(() => {
      isOver = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual([asked.awaited, isOver], [[id(4)], false])
    arrive()
    await over
  })
})
