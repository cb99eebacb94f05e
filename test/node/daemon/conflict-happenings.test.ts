import assert from 'node:assert/strict'
import { createConflictHappenings } from '../../../node/daemon/conflict-happenings.ts'
import { createDecisions, type Decision } from '../../../protocols/decisions/index.ts'

const WEB = 'service/shop/web'
const id = (letter: string) => letter.repeat(64)
const accepted = (revision: string, parents: string[], wallMs: number): Decision => ({
  type: 'revisionAccepted',
  revision: id(revision),
  object: WEB,
  parents: parents.map(id),
  hlc: { wallMs, counter: 0 },
  removed: false,
})

describe('what is told of conflicts', () => {
  it('is each opening and each settling, once', () => {
    const { view, apply } = createDecisions()
    const happenings = createConflictHappenings(view)
    const told = (decision: Decision) => {
      apply(view.appliedIndex + 1, decision)
      return happenings(WEB).map(({ type, ...rest }) => [
        type,
        'revision' in rest && rest.revision.slice(0, 1),
      ])
    }
    assert.deepEqual(told(accepted('a', [], 1)), [])
    assert.deepEqual(told(accepted('b', ['a'], 3)), [])
    assert.deepEqual(told(accepted('c', ['a'], 2)), [['conflictOpened', 'c']])
    assert.deepEqual(told(accepted('d', ['b'], 4)), [])
    assert.deepEqual(told(accepted('e', ['b', 'c'], 5)), [
      ['conflictOpened', 'd'],
      ['conflictSettled', 'c'],
    ])
    assert.deepEqual(told(accepted('f', ['d', 'e'], 6)), [['conflictSettled', 'd']])
    assert.deepEqual(happenings(WEB), [])
  })
})
