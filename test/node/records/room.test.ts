/** How much of a node's memory the open documents may take, and how much of it one node. */
import assert from 'node:assert/strict'
import { DOCUMENTS_OF_PROJECT_MAX, type TaskRecord } from '../../../crdt/records/index.ts'
import { Documents } from '../../../node/records/documents.ts'
import { DOCUMENT_BYTES_MAX, DOCUMENTS_BYTES_MAX, SHARE_OF_NODE } from '../../../node/records/limits.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { HOUR_MS, NOON_MS } from './members.ts'

const RECORD_BYTES = 512 * 1024

describe('room for task records', () => {
  let made = 0
  const recordOf = (node: string, bytes = RECORD_BYTES) =>
    ({ id: (++made).toString(16).padStart(64, '0'), node, bytes: new Uint8Array(bytes) }) as TaskRecord
  const createRoom = () => {
    const documents = new Documents({
      random: Math.random,
      hash: (bytes) => bytes.slice(0, 32),
      onUpdate: () => undefined,
    })
    const fits = (room: ReturnType<typeof documents.room>, period: number, record: TaskRecord): boolean => {
      try {
        room.take({ project: 'shop', period }, record)
        return true
      } catch (error) {
        assert.ok(isCoterieError(error, 'recordsFull'))
        return false
      }
    }
    return { documents, fits }
  }

  it('is counted within one batch, too', () => {
    const { documents, fits } = createRoom()
    const room = documents.room()
    const nodes = ['a', 'b', 'c']
    const taken = Array.from({ length: 60 }, (_, at) => recordOf(nodes[at % 3] as string)).filter((record) =>
      fits(room, NOON_MS, record),
    )
    const bytes = taken.length * RECORD_BYTES
    assert.ok(bytes <= DOCUMENT_BYTES_MAX && bytes > DOCUMENT_BYTES_MAX - 2 * RECORD_BYTES, `${bytes}`)
  })

  it('in all documents together is not taken by one node', () => {
    const { documents, fits } = createRoom()
    let bytes = 0
    for (let at = 0; at < 200; at++) {
      const period = NOON_MS + (at % 25) * HOUR_MS
      const record = recordOf('greedy')
      if (!fits(documents.room(), period, record)) continue
      documents.open({ project: 'shop', period }).add([record], 'test')
      bytes += RECORD_BYTES
    }
    assert.ok(bytes <= DOCUMENTS_BYTES_MAX * SHARE_OF_NODE, `${bytes}`)
    assert.ok(fits(documents.room(), NOON_MS, recordOf('another')))
  })

  it('for documents of a project is not taken by one node', () => {
    const { documents, fits } = createRoom()
    const opens = (node: string, from: number) =>
      Array.from({ length: 100 }, (_, at) => NOON_MS + (from + at) * HOUR_MS).filter((period) => {
        const record = recordOf(node, 100)
        if (!fits(documents.room(), period, record)) return false
        documents.open({ project: 'shop', period }).add([record], 'test')
        return true
      }).length
    assert.equal(opens('greedy', 0), DOCUMENTS_OF_PROJECT_MAX * SHARE_OF_NODE)
    assert.equal(opens('another', 100), DOCUMENTS_OF_PROJECT_MAX * SHARE_OF_NODE)
    assert.equal(opens('third', 200), 0)
  })
})
