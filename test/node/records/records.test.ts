/** What ran, as any node remembers it. */
import assert from 'node:assert/strict'
import {
  createTaskRecord,
  openRecordDocument,
  recordsHintCodec,
  surveyAnswerCodec,
} from '../../../crdt/records/index.ts'
import { createSigning } from '../../../node/intent/index.ts'
import { taskIdOf } from '../../../protocols/decisions/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import {
  createMembers,
  endedAt,
  HOUR_MS,
  type Member,
  type Members,
  NOON_MS,
  REVISION,
  statusOf,
} from './members.ts'

describe('task records', function () {
  this.timeout(20_000)
  let members: Members
  beforeEach(async () => {
    members = await createMembers()
  })
  afterEach(() => members.end())

  const known = (task: string, ...all: readonly Member[]) =>
    members.until(`all know of ${task}`, async () => {
      const lists = await Promise.all(all.map((each) => endedAt(each)))
      return lists.every((list) => list.includes(task))
    })
  /** What a member says that ran one more task of today than the other one knows of. */
  const hintOfOneMore = async ({ self, seed }: Member, other: Member) => {
    const { id } = other.records.documents()[0] ?? assert.fail('it has none')
    const [object, token] = ['service/shop/web', 999]
    const record = await createTaskRecord(
      {
        ...{ object, slot: 0, token, task: taskIdOf(object, 0, token), revision: REVISION, node: self },
        ...{ attempts: 1, startedAtMs: NOON_MS, endedAtMs: NOON_MS, end: 'stopped' },
      },
      createSigning(seed),
    )
    const document = openRecordDocument(id, 7)
    let update = new Uint8Array()
    document.onUpdate((told) => {
      update = new Uint8Array(told)
    })
    document.add([record], 'test')
    return recordsHintCodec.encode({ ...id, update })
  }
  const isRefused = (code: string) => (error: unknown) => isCoterieError(error) && error.code === code

  it('of a task that failed are with all others at once, with how it ended', async () => {
    const [a, b] = [await members.add(), await members.add()]
    const task = members.run(a, undefined, { problem: { code: 'taskEnded', message: 'it ended', next: '' } })
    await known(task, a, b)
    const [record] = (await b.records.ended({ project: 'shop', sinceMs: 0, limit: 10 })).records
    assert.deepEqual(
      [record?.end, record?.exitCode, record?.node, record?.problem, record?.startedAtMs, record?.attempts],
      ['failed', 3, a.self, { code: 'taskEnded', message: 'it ended' }, NOON_MS, 1],
    )
    assert.equal(a.records.digest(), b.records.digest())
  })

  it('tell whether the log stopped a task, or gave its slot to another node', async () => {
    const [a, b] = [await members.add(), await members.add()]
    const first = members.assign('service/shop/web', a.self)
    const running = { state: 'running', runtime: 'process', ports: [], startedAtMs: NOON_MS }
    a.tell(first, statusOf(first, running))
    const second = members.assign('service/shop/web', b.self, first)
    a.tell(first, statusOf(first, { state: 'stopped' }))
    b.tell(second, statusOf(second, running))
    members.commit({ type: 'taskReleased', task: second, reason: 'it was scaled down' })
    b.tell(second, null)
    await known(first, a, b)
    await known(second, a, b)
    const { records } = await a.records.ended({ project: null, sinceMs: 0, limit: 10 })
    const told = new Map(records.map(({ task, end, reason }) => [task, [end, reason]]))
    assert.deepEqual(told.get(first), ['moved', 'the only node'])
    assert.deepEqual(told.get(second), ['stopped', 'it was scaled down'])
  })

  it('reach who hears no hint, and who was away', async () => {
    members.network.dropHints = true
    const [a, b, c] = [await members.add(), await members.add(), await members.add()]
    await c.stop()
    const task = members.run(a)
    await known(task, a, b)
    await c.restart()
    await known(task, c)
  })

  it('are there after a restart, once each, though the agent tells the same end again', async () => {
    const a = await members.add()
    const task = members.run(a)
    await known(task, a)
    await a.restart()
    assert.deepEqual(await endedAt(a), [task])
    a.tell(task, statusOf(task, { state: 'failed', lastLines: [] }))
    members.clock.pass(2_000)
    await known(task, a)
    assert.deepEqual(await endedAt(a), [task])
  })

  it('say of what ended while its node was down that it is lost', async () => {
    const a = await members.add()
    const task = members.assign('service/shop/web', a.self)
    a.tell(task, statusOf(task, { state: 'running', runtime: 'process', ports: [], startedAtMs: NOON_MS }))
    members.clock.pass(1_000)
    await a.stop()
    members.commit({ type: 'taskReleased', task, reason: 'its node is dead' })
    await a.restart()
    await known(task, a)
    const [record] = (await a.records.ended({ project: 'shop', sinceMs: 0, limit: 1 })).records
    assert.equal(record?.end, 'lost')
  })

  it('are answered by what was asked for: of a project, since a time, the newest first', async () => {
    const a = await members.add()
    const first = members.run(a, 'service/shop/web')
    await known(first, a)
    members.clock.pass(HOUR_MS)
    const [second, other] = [members.run(a, 'service/shop/web'), members.run(a, 'service/blog/app')]
    await known(second, a)
    await known(other, a)
    assert.deepEqual(await endedAt(a, 'shop'), [second, first])
    const { records } = await a.records.ended({ project: 'shop', sinceMs: NOON_MS + HOUR_MS / 2, limit: 10 })
    assert.deepEqual(
      records.map(({ task }) => task),
      [second],
    )
    const page = await a.records.ended({ project: 'shop', sinceMs: 0, limit: 1 })
    assert.deepEqual([page.records.length, page.more], [1, true])
    await assert.rejects(endedAt(a, 'attic'), isRefused('projectUnknown'))
  })

  describe('of a project that is not linked', () => {
    it('are not kept, and the answer says where they may be', async () => {
      const [a, b] = [await members.add(), await members.add({ votes: false })]
      const task = members.run(a)
      await known(task, a, b)
      await b.records.unlink('shop')
      await assert.rejects(endedAt(b, 'shop'), isRefused('projectNotLinked'))
      assert.deepEqual((await b.records.ended({ project: null, sinceMs: 0, limit: 1 })).notLinked, ['shop'])
      const later = members.run(a)
      await known(later, a)
      await b.restart()
      assert.deepEqual(await endedAt(b), [])
      await b.records.link('shop')
      await known(task, b)
      await known(later, b)
    })

    it('are kept by who votes, and by who runs a task of it', async () => {
      const [a, b] = [await members.add(), await members.add({ votes: false })]
      const task = members.assign('service/shop/web', b.self)
      b.tell(task, statusOf(task, { state: 'running', runtime: 'process', ports: [], startedAtMs: NOON_MS }))
      await assert.rejects(a.records.unlink('shop'), isRefused('projectHeld'))
      await assert.rejects(b.records.unlink('shop'), isRefused('projectHeld'))
    })

    it('leave no node that alone has them', async () => {
      const [a, b] = [await members.add(), await members.add({ votes: false })]
      members.network.cut([a.self], [b.self])
      const task = members.run(b)
      await known(task, b)
      await assert.rejects(b.records.unlink('shop'), isRefused('projectHeld'))
      members.network.heal()
      await known(task, a)
      await b.records.unlink('shop')
      assert.deepEqual(await endedAt(a), [task])
    })

    it('stay where a task of it begins or ends while a voter is asked', async () => {
      const [a, b] = [await members.add(), await members.add({ votes: false })]
      const first = members.run(a)
      await known(first, a, b)
      const unlinking = b.records.unlink('shop')
      const second = members.run(b)
      await assert.rejects(unlinking, isRefused('projectHeld'))
      await known(second, a, b)
      assert.deepEqual((await endedAt(b)).sort(), [first, second].sort())
      await b.records.unlink('shop')
    })

    it('stay where more of them come while a voter is asked', async () => {
      const [a, b, c] = [await members.add(), await members.add(), await members.add({ votes: false })]
      const first = members.run(a)
      await known(first, a, b, c)
      await b.stop()
      // It answers that it has the same, and gives one more.
      const { messages, requests } = members.network.join(b.self)
      const hint = await hintOfOneMore(b, c)
      const hinted = new Promise<void>((resolve) => {
        requests.handleRequest(PROTOCOLS.records, async () => {
          messages.send(c.self, PROTOCOLS.recordHints, hint)
          await eventually('it has one more', () => c.records.documents()[0]?.index.size === 2)
          resolve()
          return surveyAnswerCodec.encode({ type: 'same' })
        })
      })
      await assert.rejects(c.records.unlink('shop'), /just now/)
      await hinted
    })

    it('are those of all projects on an edge node, but of which it ran a task', async () => {
      const a = await members.add()
      const edge = await members.add({ role: 'edge', votes: false })
      const task = members.run(a, 'service/shop/web')
      const own = members.run(edge, 'service/blog/app')
      await known(task, a)
      await known(own, a, edge)
      assert.deepEqual(await endedAt(edge), [own])
      assert.deepEqual(
        edge.records.projects().map(({ project, linked, because }) => [project, linked, because]),
        [
          ['blog', true, 'told'],
          ['shop', false, 'edge'],
        ],
      )
    })
  })
})
