import assert from 'node:assert/strict'
import {
  createDecisions,
  type Decision,
  decisionCodec,
  isTrimmed,
  TRIMMED_MAX,
} from '../../../protocols/decisions/index.ts'

const NODE_A = '12D3KooWAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
const NODE_B = '12D3KooWBbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'
const WEB = 'service/shop/web'

type Accepted = Extract<Decision, { type: 'revisionAccepted' }>

const revision = (at: number) => at.toString(16).padStart(64, '0')
const written = (wallMs: number, author = NODE_A) => ({ author, hlc: { wallMs, counter: 0 } })

/** The edit number `at`, written at that time; on top of the one before it unless told otherwise. */
const edit = (at: number, more: Partial<Accepted> = {}): Accepted => ({
  type: 'revisionAccepted',
  revision: revision(at),
  object: WEB,
  parents: at === 0 ? [] : [revision(at - 1)],
  hlc: { wallMs: at, counter: 0 },
  removed: false,
  written: written(at),
  ...more,
})
const edits = (count: number) => Array.from({ length: count }, (_, at) => edit(at))
const trimmed = (...those: number[]): Decision => ({
  type: 'revisionsTrimmed',
  object: WEB,
  revisions: those.map((at) => ({ revision: revision(at), written: written(at) })),
})

const play = (...log: Decision[]) => {
  const { view, apply } = createDecisions()
  const outcomes = log.map((decision, at) =>
    apply(at + 1, decisionCodec.decode(decisionCodec.encode(decision))),
  )
  const gone = (at: number, author = NODE_A) =>
    isTrimmed(view, { id: revision(at), object: WEB, ...written(at, author) })
  return { view, gone, last: outcomes.at(-1) }
}

describe('decisions: trimming', () => {
  it('takes what is older than the history, and that alone', () => {
    const { view, gone, last } = play(...edits(13), trimmed(0, 1))
    assert.deepEqual(last, { ok: true })
    assert.deepEqual([gone(0), gone(1), gone(2), gone(3)], [true, true, false, false])
    assert.deepEqual(view.objects.get(WEB)?.past, [revision(2)])
    assert.equal(view.objects.get(WEB)?.history.length, 10)
  })

  it('does no harm when it is repeated', () => {
    const once = play(...edits(13), trimmed(0, 1)).view.objects.get(WEB)
    assert.deepEqual(play(...edits(13), trimmed(0, 1), trimmed(0, 1)).view.objects.get(WEB), once)
  })

  it('is refused as a whole where it names history, a conflict or what a task runs', () => {
    const refused = (...log: Decision[]) => {
      const { view, last } = play(...log)
      assert.equal(last?.ok, false)
      assert.deepEqual(view.objects.get(WEB)?.trimmed ?? [], [])
    }
    refused(...edits(13), trimmed(0, 12))
    refused(...edits(13), trimmed(0, 3))
    const conflict = edit(99, { parents: [revision(0)], hlc: { wallMs: 0, counter: 0 } })
    refused(...edits(13), conflict, trimmed(0, 99))
    refused(
      { type: 'nodeAdmitted', node: NODE_A, name: 'a', addresses: [], atMs: 0 },
      edit(0),
      {
        type: 'taskAssigned',
        object: WEB,
        revision: revision(0),
        slot: 0,
        node: NODE_A,
        replaces: null,
        reason: 'the only node',
      },
      ...edits(13),
      trimmed(0),
    )
    refused(trimmed(0))
  })

  it('leaves of an object that is gone its removal alone', () => {
    const removal = edit(5, { removed: true })
    const { view, gone } = play(...edits(5), removal, trimmed(0, 1, 2, 3, 4))
    assert.deepEqual(view.objects.get(WEB)?.history, [revision(5)])
    assert.ok(gone(4))
    assert.ok(!gone(5))
    assert.equal(play(...edits(5), removal, trimmed(4, 5)).last?.ok, false)
    assert.equal(play(...edits(5), trimmed(0)).last?.ok, false)
  })

  it('is for ever: a trimmed revision is not accepted again, whenever it is proposed', () => {
    const { view, last } = play(...edits(13), trimmed(0, 1), edit(1))
    assert.equal(last?.ok, false)
    assert.deepEqual(view.objects.get(WEB)?.conflicts, [])
  })

  it('takes earlier edits of the same node along that were never accepted, and those of no other node', () => {
    const late = (author: string) => edit(1, { revision: revision(77), written: written(1, author) })
    assert.equal(play(...edits(13), trimmed(1), late(NODE_A)).last?.ok, false)
    const { view, gone } = play(...edits(13), trimmed(1), late(NODE_B))
    assert.deepEqual(view.objects.get(WEB)?.conflicts, [revision(77)])
    assert.ok(!gone(77, NODE_B))
  })

  it('keeps what was accepted before, though its node wrote it earlier', () => {
    const { gone } = play(...edits(13), trimmed(2))
    assert.deepEqual([gone(0), gone(1), gone(2)], [false, false, true])
  })

  it('remembers one clock for each author, however much was trimmed', () => {
    const log = edits(200).flatMap((each, at) => (at < 11 ? [each] : [each, trimmed(at - 10)]))
    const { view } = play(...log)
    const { history, past, trimmed: clocks } = view.objects.get(WEB) ?? assert.fail()
    assert.deepEqual([history.length, past.length, clocks.length], [10, 1, 1])
  })

  it('fits into an entry of the log with as much as it may name', () => {
    const most = Array.from({ length: TRIMMED_MAX }, (_, at) => at)
    assert.ok(decisionCodec.encode(trimmed(...most)).byteLength < 32 * 1024)
    assert.throws(() => decisionCodec.decode(decisionCodec.encode(trimmed(...most, TRIMMED_MAX))))
  })
})
