import assert from 'node:assert/strict'
import { createRegister, type Register } from '../../../crdt/index.ts'
import {
  createObserved,
  isForgotten,
  nodeProfileCodec,
  taskStatusCodec,
} from '../../../node/daemon/observed.ts'
import { type Assignment, createDecisions, type Decision } from '../../../protocols/decisions/index.ts'
import { nodeRegister, taskRegister } from '../../../protocols/spec/index.ts'
import type { TaskStatus } from '../../../protocols/tasks/index.ts'
import { newAuthor } from '../../crdt/authors.ts'

const author = newAuthor()
const { node } = author
const OBJECT = 'service/shop/web'
const REVISION = 'a'.repeat(64)

const status = (more: Partial<TaskStatus> = {}): TaskStatus =>
  ({
    task: 'shop.web.0.3',
    token: 3,
    attempt: 1,
    quickEnds: 0,
    sinceMs: 1,
    problem: null,
    state: 'stopping',
    ...more,
  }) as TaskStatus

/** A view in which the task `shop.web.0.3` is assigned to the node. */
const setUp = () => {
  const { view, apply } = createDecisions()
  const decisions: Decision[] = [
    { type: 'nodeAdmitted', node, name: 'attic', addresses: [], atMs: 1 },
    {
      type: 'revisionAccepted',
      revision: REVISION,
      object: OBJECT,
      parents: [],
      hlc: { wallMs: 1, counter: 0 },
      removed: false,
    },
    { type: 'taskAssigned', object: OBJECT, revision: REVISION, slot: 0, node, replaces: null, reason: '' },
  ]
  for (const [at, decision] of decisions.entries()) apply(at + 1, decision)
  const registers = new Map<string, Register>()
  const observed = createObserved({ register: (of, key) => registers.get(`${of} ${key}`) ?? null }, view)
  return {
    view,
    apply,
    observed,
    assignment: view.tasks.get('shop.web.0.3') as Assignment,
    say: async (key: string, value: Uint8Array) => {
      const register = await createRegister({ node, key, epoch: 1, sequence: 1, value }, author.sign)
      registers.set(`${node} ${key}`, register)
    },
  }
}

describe('what the registers say', () => {
  it('is the status of a task, once its node said one', async () => {
    const { observed, say } = setUp()
    assert.equal(observed.statusOfTask('shop.web.0.3'), null)
    await say(taskRegister('shop.web.0.3'), taskStatusCodec.encode(status()))
    assert.equal(observed.statusOfTask('shop.web.0.3')?.state, 'stopping')
  })

  it('is nothing where it is of another task or of another assignment', async () => {
    for (const other of [status({ token: 2 }), status({ task: 'shop.web.1.3' })]) {
      const { observed, assignment, say } = setUp()
      await say(taskRegister('shop.web.0.3'), taskStatusCodec.encode(other))
      assert.equal(observed.statusOf(assignment), null)
    }
  })

  it('is nothing where it cannot be read, of a task as of a node', async () => {
    const { observed, say } = setUp()
    for (const key of [taskRegister('shop.web.0.3'), nodeRegister(node)])
      await say(key, new Uint8Array([1, 2, 3]))
    assert.equal(observed.statusOfTask('shop.web.0.3'), null)
    assert.equal(observed.profileOf(node), null)
  })

  it('is the profile of a node', async () => {
    const { observed, say } = setUp()
    const profile = {
      name: 'attic',
      version: '1.0.0',
      runtimes: ['docker' as const],
      cpus: 2,
      memoryMb: 512,
      stopping: false,
    }
    await say(nodeRegister(node), nodeProfileCodec.encode(profile))
    assert.deepEqual(observed.profileOf(node), profile)
  })
})

describe('a register is forgotten', () => {
  it('when its task left the log, not while that may still come', () => {
    const { view, apply } = setUp()
    const held = taskRegister('shop.web.0.3')
    const toCome = taskRegister('shop.web.1.9')
    assert.equal(isForgotten(view, node, held), false)
    assert.equal(isForgotten(view, node, toCome), false)
    apply(4, { type: 'taskReleased', task: 'shop.web.0.3', reason: 'fewer replicas are wanted' })
    assert.equal(isForgotten(view, node, held), true)
    assert.equal(isForgotten(view, node, toCome), false)
    assert.equal(isForgotten(view, node, nodeRegister(node)), false)
  })

  it('when its node was removed, whatever it is', () => {
    const { view, apply } = setUp()
    apply(4, { type: 'nodeRemoved', node, atMs: 2 })
    for (const key of [taskRegister('shop.web.0.3'), nodeRegister(node)])
      assert.equal(isForgotten(view, node, key), true)
  })
})
