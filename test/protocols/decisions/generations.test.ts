/** What a new generation of the log means for decisions. */
import assert from 'node:assert/strict'
import {
  createDecisions,
  type Decision,
  decisionCodec,
  restoreDecisions,
  snapshotDecisions,
} from '../../../protocols/decisions/index.ts'
import type { GenerationRecord } from '../../../protocols/generations/index.ts'

const A = `12D3KooW${'A'.repeat(44)}`
const WEB = 'service/shop/web'
const REVISION = 'a'.repeat(64)

const record = (number: number, fromIndex: number): GenerationRecord => ({
  mesh: '0123456789abcdef',
  number,
  parent: null,
  by: A,
  atMs: 1,
  from: { index: fromIndex, term: 3 },
  survivors: [A],
  signature: new Uint8Array(64),
})
const began = (number: number, fromIndex = 4): Decision => ({
  type: 'generationBegan',
  record: record(number, fromIndex),
})
const assigned = (replaces: string | null): Decision => ({
  type: 'taskAssigned',
  object: WEB,
  revision: REVISION,
  slot: 0,
  node: A,
  replaces,
  reason: 'r',
})

const play = (...decisions: readonly Decision[]) => {
  const machine = createDecisions()
  const outcomes = decisions.map((decision, at) =>
    machine.apply(at + 1, decisionCodec.decode(decisionCodec.encode(decision))),
  )
  return { view: machine.view, reasons: outcomes.map((outcome) => (outcome.ok ? null : outcome.reason)) }
}

const BEGINNING: readonly Decision[] = [
  { type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 0 },
  { type: 'nodeAdmitted', node: A, name: 'attic', addresses: [], atMs: 0 },
  {
    type: 'revisionAccepted',
    revision: REVISION,
    object: WEB,
    parents: [],
    hlc: { wallMs: 1, counter: 0 },
    removed: false,
  },
  assigned(null),
]

describe('decisions: generations', () => {
  it('give tokens, and names of tasks, above all of the older ones', () => {
    const { view, reasons } = play(...BEGINNING, began(4), assigned('shop.web.0.4'))
    assert.deepEqual(reasons, [null, null, null, null, null, null])
    const [task] = view.tasks.values()
    const token = 3 * 2 ** 40 + 6
    assert.equal(task?.token, token)
    assert.equal(task?.task, `shop.web.0.${token}`)
    assert.deepEqual(
      view.generations.map(({ number }) => number),
      [4],
    )
  })

  it('only rise', () => {
    const { view, reasons } = play(began(4, 0), began(4, 1), began(3, 1), began(6, 1))
    assert.deepEqual(
      reasons.map((reason) => reason === null),
      [true, false, false, true],
    )
    assert.equal(view.generations.length, 2)
  })

  it('name primaries of volumes under epochs above all that an older one could name', () => {
    const volume = 'volume/shop/data'
    const accepted: Decision = {
      type: 'revisionAccepted',
      revision: REVISION,
      object: volume,
      parents: [],
      hlc: { wallMs: 2, counter: 0 },
      removed: false,
    }
    const primary = (epoch: number): Decision => ({ type: 'volumePrimaryNamed', volume, primary: A, epoch })
    const least = 3 * 2 ** 40 + 1
    const { view, reasons } = play(
      ...[BEGINNING[0] as Decision, BEGINNING[1] as Decision, accepted, primary(1), began(4)],
      ...[primary(2), primary(least), primary(least + 1)],
    )
    assert.deepEqual(reasons.slice(5), [`the next epoch of ${volume} is ${least}, not 2`, null, null])
    assert.equal(view.volumes.get(volume)?.epoch, least + 1)
  })

  it('are in a snapshot, with tokens that its indexes alone could not have given', () => {
    const { view } = play(...BEGINNING, began(4), assigned('shop.web.0.4'))
    const bytes = snapshotDecisions(view)
    const copy = createDecisions()
    copy.restore(restoreDecisions(bytes))
    assert.deepEqual(snapshotDecisions(copy.view), bytes)
    assert.equal(copy.view.tokenAt(9), 3 * 2 ** 40 + 9)
    copy.apply(7, assigned(`shop.web.0.${3 * 2 ** 40 + 6}`))
    assert.equal([...copy.view.tasks.values()][0]?.token, 3 * 2 ** 40 + 7)
  })
})
