import assert from 'node:assert/strict'
import { decode, encode } from 'cborg'
import fc from 'fast-check'
import {
  createDecisions,
  type Decision,
  type DecisionView,
  restoreDecisions,
  snapshotDecisions,
} from '../../../protocols/decisions/index.ts'
import { NOTHING_SINCE_2 } from '../../../protocols/decisions/snapshot-form.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { log, NODES, OBJECTS, REVISIONS } from './any-decision.ts'

/** All that a view tells, by value. */
const toldBy = (view: DecisionView) => ({
  ...view,
  tasksOn: null,
  tasksOf: null,
  taskCountOn: null,
  tokenAt: null,
  on: NODES.map((each) => new Set(view.tasksOn(each))),
  counts: NODES.map((each) => view.taskCountOn(each)),
  of: OBJECTS.map((each) => new Set(view.tasksOf(each))),
})

describe('a snapshot of decisions', () => {
  it('gives the same view and the same bytes, and what comes after means the same', () => {
    fc.assert(
      fc.property(log, log, (before, after) => {
        const [original, copy] = [createDecisions(), createDecisions()]
        original.skip(1)
        for (const [at, each] of before.entries()) original.apply(at + 2, each)
        const bytes = snapshotDecisions(original.view)
        for (const [at, each] of after.entries()) copy.apply(at + 1, each)
        copy.restore(restoreDecisions(bytes))
        assert.deepEqual(toldBy(copy.view), toldBy(original.view))
        assert.deepEqual(snapshotDecisions(copy.view), bytes)
        for (const [at, each] of after.entries()) {
          const index = before.length + at + 2
          assert.deepEqual(copy.apply(index, each), original.apply(index, each))
        }
        assert.deepEqual(toldBy(copy.view), toldBy(original.view))
        assert.deepEqual(snapshotDecisions(copy.view), snapshotDecisions(original.view))
      }),
    )
  })

  it('is put in place of another one as a whole, however many slices that takes', () => {
    const [original, copy] = [createDecisions(), createDecisions()]
    for (let index = 1; index <= 5_000; index++)
      original.apply(index, {
        type: 'revisionAccepted',
        revision: index.toString(16).padStart(64, '0'),
        object: `service/shop/web-${index}`,
        parents: [],
        hlc: { wallMs: index, counter: 0 },
        removed: false,
      })
    const steps = copy.restoreInSlices(restoreDecisions(snapshotDecisions(original.view)))
    const seen = new Set<string>()
    const look = () => seen.add(`${copy.view.objects.size} at ${copy.view.appliedIndex}`)
    for (let isThrough = false; !isThrough; isThrough = steps.next().done === true) look()
    assert.deepEqual([...seen], ['0 at 0'])
    look()
    assert.deepEqual([...seen], ['0 at 0', '5000 at 5000'])
  })

  it('is the same where every proposal was repeated at once', () => {
    fc.assert(
      fc.property(log, (each) => {
        const [once, twice] = [createDecisions(), createDecisions()]
        for (const [at, decision] of each.entries()) {
          for (const machine of [once, twice]) machine.apply(2 * at + 1, decision)
          once.skip(2 * at + 2)
          twice.apply(2 * at + 2, decision)
        }
        if (each.length > 0) assert.deepEqual(snapshotDecisions(twice.view), snapshotDecisions(once.view))
      }),
    )
  })

  it('is of the first format as long as nothing is in it that the first version does not know', () => {
    const { view, apply } = createDecisions()
    apply(1, { type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 5 })
    const formatOf = () => (decode(snapshotDecisions(view)) as { format: number }).format
    assert.equal(formatOf(), 1)
    apply(2, { type: 'meshVersionRaised', version: 2, asOf: 1 })
    assert.equal(formatOf(), 2)
  })

  it('is the same whatever order the state came about in', () => {
    const admitted = (at: number): Decision => ({
      type: 'nodeAdmitted',
      node: NODES[at] as string,
      name: `n${at}`,
      addresses: [],
      atMs: 0,
    })
    const [some, others] = [createDecisions(), createDecisions()]
    for (const each of [admitted(0), admitted(1)]) some.apply(1, each)
    for (const each of [admitted(1), admitted(0)]) others.apply(1, each)
    assert.deepEqual(snapshotDecisions(some.view), snapshotDecisions(others.view))
  })

  const memberAt = (at: number) => ({
    node: [...NODES].sort()[at],
    name: 'a',
    addresses: [],
    admittedIndex: 1,
    draining: false,
  })

  const sound = {
    format: 1,
    appliedIndex: 9,
    mesh: null,
    nodes: [],
    removedNodes: [],
    objects: [
      {
        object: OBJECTS[0],
        head: REVISIONS[0],
        hlc: { wallMs: 1, counter: 0 },
        removed: false,
        conflicts: [],
        history: [REVISIONS[0]],
        past: [],
        trimmed: [],
      },
    ],
    revisions: [REVISIONS[0]],
    holders: [NODES[0]],
    reasons: ['why not'],
    tasks: [[0, 0, 0, 0, 3, 0]],
  }

  const fire = { schedule: OBJECTS[0], nominalMs: 5, index: 10 }
  const lost = { credential: REVISIONS[0], expiresAtMs: 4, reason: 'lost' }
  const expired = { ...NOTHING_SINCE_2, credentials: { asOfMs: 4, revocations: [lost] } }
  const token = {
    token: REVISIONS[0],
    by: NODES[0],
    notBeforeMs: 0,
    expiresAtMs: 4,
    usesMax: 1,
    role: 'full',
    capabilities: [],
    cidrs: [],
    labels: [],
    nodes: [NODES[0]],
    revoked: false,
  }

  it('is read when it is sound', () => {
    assert.deepEqual(restoreDecisions(encode(sound)).tasks, [
      {
        task: 'shop.web.0.3',
        object: OBJECTS[0],
        slot: 0,
        revision: REVISIONS[0],
        node: NODES[0],
        token: 3,
        reason: 'why not',
      },
    ])
  })

  it('is what was judged, also where what is new in it has the name of something else', () => {
    const tricky = { ...NOTHING_SINCE_2, meshVersion: 2, appliedIndex: ['x'], tasks: 7, objects: null }
    const { appliedIndex, objects, tasks } = restoreDecisions(encode({ ...sound, format: 2, since2: tricky }))
    assert.deepEqual([appliedIndex, objects.length, tasks.length], [9, 1, 1])
  })

  for (const [what, change] of [
    ['of a later format', { format: 3 }],
    ['of the second format without what came with it', { format: 2 }],
    ['of the first format with more', { since2: NOTHING_SINCE_2 }],
    ['with an edge node that is no member', { format: 2, since2: { ...NOTHING_SINCE_2, edges: [NODES[0]] } }],
    ['with an expired revocation', { format: 2, since2: expired }],
    ['with an expired token', { tokens: { asOfMs: 4, rows: [token] } }],
    ['with a token twice', { tokens: { asOfMs: 3, rows: [token, token] } }],
    [
      'with a token that admitted too many',
      { tokens: { asOfMs: 3, rows: [{ ...token, nodes: NODES.slice(0, 2) }] } },
    ],
    ['with a fire from after its end', { format: 2, since2: { ...NOTHING_SINCE_2, fires: [fire] } }],
    ['with members out of order', { removedNodes: [NODES[1], NODES[0]] }],
    ['with an object twice', { objects: [...sound.objects, ...sound.objects] }],
    ['with a slot twice', { tasks: [...sound.tasks, [0, 0, 0, 0, 4, 0]] }],
    ['with a task of no object', { tasks: [[1, 0, 0, 0, 3, 0]] }],
    ['with a task from after its end', { tasks: [[0, 0, 0, 0, 10, 0]] }],
    ['with a fencing token twice', { tasks: [...sound.tasks, [0, 1, 0, 0, sound.tasks[0]?.[4], 0]] }],
    ['with a head that its history does not begin with', { objects: [{ ...sound.objects[0], history: [] }] }],
    ['with two members of one name', { nodes: [memberAt(0), memberAt(1)] }],
    ['that is cut short', null],
  ] as const) {
    it(`is refused ${what}`, () => {
      const bytes = change === null ? encode(sound).subarray(0, 50) : encode({ ...sound, ...change })
      assert.throws(
        () => restoreDecisions(bytes),
        (error) => isCoterieError(error, 'malformedMessage'),
      )
    })
  }
})
