import assert from 'node:assert/strict'
import { encode } from 'cborg'
import fc from 'fast-check'
import {
  createDecisions,
  type Decision,
  type DecisionView,
  decisionCodec,
  restoreDecisions,
  snapshotDecisions,
  taskIdOf,
} from '../../../protocols/decisions/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'

const NODES = ['A', 'B', 'C', 'D'].map((letter) => `12D3KooW${letter.repeat(44)}`)
const OBJECTS = ['service/shop/web', 'service/shop/db', 'volume/shop/data']
const REVISIONS = Array.from({ length: 12 }, (_, at) => at.toString(16).padStart(64, '0'))

const node = fc.constantFrom(...NODES)
const object = fc.constantFrom(...OBJECTS)
const revision = fc.constantFrom(...REVISIONS)
const hlc = fc.record({ wallMs: fc.nat(9), counter: fc.nat(3) })
const written = fc.record({ author: node, hlc })
const slot = fc.nat(2)
const task = fc.record({ object, slot, index: fc.integer({ min: 1, max: 60 }) })
const taskId = task.map(({ object, slot, index }) => taskIdOf(object, slot, index))
const reason = fc.constantFrom('the only node', 'it has the volume', 'gone')

/** Any decision; most of them fit what came before so seldom that they are refused, which is part of the log too. */
const decision: fc.Arbitrary<Decision> = fc.oneof(
  fc.constant({ type: 'meshFounded' as const, mesh: '0123456789abcdef', name: 'home', atMs: 5 }),
  fc.record({
    type: fc.constant('nodeAdmitted' as const),
    node,
    name: fc.constantFrom('attic', 'cellar'),
    addresses: fc.constantFrom<string[][]>([], ['/ip4/127.0.0.1/tcp/7946']),
    atMs: fc.nat(9),
  }),
  fc.record({ type: fc.constant('nodeDrained' as const), node, draining: fc.boolean() }),
  fc.record({
    type: fc.constant('nodeRemoved' as const),
    node: fc.constantFrom(...NODES.slice(2)),
    atMs: fc.nat(9),
  }),
  fc.record({
    type: fc.constant('revisionAccepted' as const),
    revision,
    object,
    parents: fc.uniqueArray(revision, { maxLength: 3 }),
    hlc,
    removed: fc.boolean(),
    written,
  }),
  fc.record({
    type: fc.constant('revisionsTrimmed' as const),
    object,
    revisions: fc.array(fc.record({ revision, written }), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    type: fc.constant('taskAssigned' as const),
    object,
    revision,
    slot,
    node,
    replaces: fc.option(taskId),
    reason,
  }),
  fc.record({ type: fc.constant('taskReleased' as const), task: taskId, reason }),
)
/** As the log gives them. */
const wired = decision.map((each) => decisionCodec.decode(decisionCodec.encode(each)))
const log = fc.array(wired, { maxLength: 60 })

/** All that a view tells, by value. */
const toldBy = (view: DecisionView) => ({
  mesh: view.mesh,
  nodes: view.nodes,
  removedNodes: view.removedNodes,
  objects: view.objects,
  tasks: view.tasks,
  on: NODES.map((each) => new Set(view.tasksOn(each))),
  of: OBJECTS.map((each) => new Set(view.tasksOf(each))),
  appliedIndex: view.appliedIndex,
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

  it('is read when it is sound', () => {
    assert.deepEqual(restoreDecisions(encode(sound)).tasks, [
      { object: OBJECTS[0], slot: 0, revision: REVISIONS[0], node: NODES[0], token: 3, reason: 'why not' },
    ])
  })

  for (const [what, change] of [
    ['of a later format', { format: 2 }],
    ['with members out of order', { removedNodes: [NODES[1], NODES[0]] }],
    ['with an object twice', { objects: [...sound.objects, ...sound.objects] }],
    ['with a slot twice', { tasks: [...sound.tasks, [0, 0, 0, 0, 4, 0]] }],
    ['with a task of no object', { tasks: [[1, 0, 0, 0, 3, 0]] }],
    ['with a task from after its end', { tasks: [[0, 0, 0, 0, 10, 0]] }],
    ['with a token twice', { tasks: [...sound.tasks, [0, 1, 0, 0, sound.tasks[0]?.[4], 0]] }],
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
