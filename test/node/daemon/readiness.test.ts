import { deepEqual, equal } from 'node:assert/strict'
import { createReadiness, type ReadinessComponents } from '../../../node/daemon/readiness.ts'
import { createDecisions, type Decision } from '../../../protocols/decisions/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'

const SELF = '12D3KooWGzBkWmYQHh8ytmPGbSj1pnSyZ4GhVYNdBWBFFCTTCEDQ'

const FOUNDED: Decision = { type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 1 }
const ADMITTED: Decision = { type: 'nodeAdmitted', node: SELF, name: 'attic', addresses: [], atMs: 1 }
const REMOVED: Decision = { type: 'nodeRemoved', node: SELF, atMs: 2 }

interface Given {
  readonly log?: readonly Decision[]
  readonly halt?: ReadinessComponents['decisions']['halt']
  readonly view?: Partial<ReturnType<ReadinessComponents['consensus']['view']>>
  readonly failure?: string
  readonly oldestMs?: number
}

const reasonsOf = ({
  log = [FOUNDED, ADMITTED],
  halt = null,
  view,
  failure,
  oldestMs = 0,
}: Given): string[] => {
  const decisions = createDecisions()
  for (const [at, decision] of log.entries()) decisions.apply(at + 1, decision)
  const readiness = createReadiness({
    self: SELF,
    decisions: { view: decisions.view, halt },
    consensus: { view: () => ({ leader: SELF, commitIndex: log.length, supersededBy: null, ...view }) },
    writes: { failure: () => failure ?? null, oldestMs: () => oldestMs },
  })
  try {
    readiness.check()
    equal(readiness.isReady(), true)
    return []
  } catch (error) {
    if (!isCoterieError(error, 'notReady')) throw error
    equal(readiness.isReady(), false)
    for (const { next } of error.data.reasons) equal(next === '', false)
    return error.data.reasons.map(({ reason }) => reason)
  }
}

describe('a node is ready', () => {
  it('as a member that follows a leader and can write', () => {
    deepEqual(reasonsOf({}), [])
  })

  it('also while the last entries wait to be applied, and a write for its disk', () => {
    deepEqual(reasonsOf({ view: { commitIndex: 1_002 }, oldestMs: 9_999 }), [])
  })
})

describe('a node is not ready', () => {
  it('before it was admitted, and after it was removed', () => {
    deepEqual(reasonsOf({ log: [FOUNDED] }), ['it is no member of the mesh yet'])
    deepEqual(reasonsOf({ log: [FOUNDED, ADMITTED, REMOVED] }), ['it was removed from the mesh'])
  })

  it('while it knows of no leader, or is far behind', () => {
    deepEqual(reasonsOf({ view: { leader: null } }), ['it knows of no leader'])
    deepEqual(reasonsOf({ view: { leader: null, commitIndex: 1_003 } }), [
      'it knows of no leader',
      'it is 1001 entries behind the log',
    ])
  })

  it('where it cannot read the log on, or waits for that of a newer generation', () => {
    const halt = { index: 7, kind: 'somethingNew' }
    deepEqual(reasonsOf({ halt }), ['it is too old to follow the log beyond entry 7'])
    const supersededBy = { number: 3, id: '0'.repeat(16) }
    deepEqual(reasonsOf({ view: { supersededBy } }), ['it waits for the log of generation 3'])
  })

  it('when a write to its store failed, or hangs', () => {
    deepEqual(reasonsOf({ failure: 'no space left on device' }), ['its store takes no more writes'])
    deepEqual(reasonsOf({ oldestMs: 12_345 }), ['a write to its store has waited for 12 s'])
  })

  it('for each reason that there is', () => {
    deepEqual(reasonsOf({ log: [FOUNDED], view: { leader: null }, failure: 'broken' }), [
      'it is no member of the mesh yet',
      'it knows of no leader',
      'its store takes no more writes',
    ])
  })
})
