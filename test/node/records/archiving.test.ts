/** Periods that are over: archived by decision, dropped as a whole, and never back. */
import assert from 'node:assert/strict'
import { recordsRequestCodec, surveyAnswerCodec } from '../../../crdt/records/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { newIdentity } from '../../support/identities.ts'
import { createMembers, endedAt, HOUR_MS, type Member, type Members, NOON_MS } from './members.ts'

const DAY_MS = 24 * HOUR_MS
const TODAY_MS = NOON_MS - 12 * HOUR_MS
const STEP_MS = 10 * 60_000

describe('task records: periods', function () {
  this.timeout(30_000)
  let members: Members
  beforeEach(async () => {
    members = await createMembers()
  })
  afterEach(() => members.end())

  const shop = (member: Member) => member.records.projects().find(({ project }) => project === 'shop')
  const known = (task: string, ...all: readonly Member[]) =>
    members.until('all know it', async () => {
      const lists = await Promise.all(all.map((each) => endedAt(each)))
      return lists.every((list) => list.includes(task))
    })
  /** Waits until the log closed so many periods of the shop and all of these hold the archives and nothing else. */
  const archived = (count: number, ...all: readonly Member[]) =>
    members.until(
      `${count} archives everywhere`,
      () =>
        all.every((each) => {
          const { documents, archives, archivesHere } = shop(each) ?? {}
          return documents === 0 && archives === count && archivesHere === count
        }),
      STEP_MS,
    )
  const digests = (...all: readonly Member[]) => new Set(all.map(({ records }) => records.digest()))

  it('are archived by all alike when they are over, and what ran is still known, also after a restart', async () => {
    const all = [await members.add(), await members.add(), await members.add()]
    const [a, b] = all as [Member, Member]
    members.lead(a)
    const tasks = [members.run(a), members.run(b), members.run(b)]
    for (const task of tasks) await known(task, ...all)
    await archived(1, ...all)
    const [row] = a.view.periods.get('shop')?.archives ?? []
    assert.deepEqual([row?.period, row?.records], [TODAY_MS, 3])
    for (const each of all) assert.deepEqual((await endedAt(each)).sort(), tasks.toSorted())
    await b.restart()
    assert.deepEqual((await endedAt(b)).sort(), tasks.toSorted())
    assert.equal(digests(...all).size, 1)
  })

  it('are not over before a majority of the voters holds the same', async () => {
    const all = [await members.add({ agreeMaxMs: 9 * DAY_MS }), await members.add(), await members.add()]
    const [a, b, c] = all as [Member, Member, Member]
    const task = members.run(a)
    await known(task, a, b, c)
    members.network.cut([a.self], [b.self, c.self])
    const alone = members.run(a)
    await known(alone, a)
    members.lead(a)
    members.clock.pass(DAY_MS)
    await members.until('it looked', () => members.clock.nowMs() > NOON_MS + DAY_MS + 10 * STEP_MS, STEP_MS)
    assert.equal(a.view.periods.size, 0)
    members.network.heal()
    await archived(1, ...all)
    for (const each of all) assert.deepEqual((await endedAt(each)).sort(), [task, alone].sort())
  })

  it('are over in the end, though a voter holds others and gives them to nobody', async () => {
    const all = [await members.add({ agreeMaxMs: HOUR_MS }), await members.add(), await members.add()]
    const [a, b, c] = all as [Member, Member, Member]
    const task = members.run(a)
    await known(task, a, b, c)
    members.network.cut([a.self], [b.self], [c.self])
    members.lead(a)
    await members.until('it is archived', () => a.view.periods.size === 1, STEP_MS)
    members.network.heal()
    await archived(1, ...all)
  })

  it('that a leader closed alone, and is gone, are shown by the others as they have them', async () => {
    const all = [await members.add({ agreeMaxMs: HOUR_MS }), await members.add(), await members.add()]
    const [a, b, c] = all as [Member, Member, Member]
    members.network.cut([a.self], [b.self, c.self])
    const [alone, task] = [members.run(a), members.run(b, 'service/shop/db')]
    await known(alone, a)
    await known(task, b, c)
    members.lead(a)
    await members.until('it is archived', () => a.view.periods.size === 1, STEP_MS)
    await a.stop()
    members.network.heal()
    members.lead(b)
    members.clock.pass(DAY_MS)
    for (const each of [b, c]) assert.deepEqual(await endedAt(each), [task])
    await a.restart()
    await known(alone, ...all)
    await known(task, ...all)
    await members.until('its document is gone', () => shop(b)?.archivesHere === 1, STEP_MS)
  })

  it('that are closed together are looked at once', async () => {
    const a = await members.add({ reviewMs: DAY_MS })
    await known(members.run(a), a)
    let asked = 0
    const { requests } = members.network.join(newIdentity().node)
    requests.handleRequest(PROTOCOLS.records, async (_from, payload) => {
      if (recordsRequestCodec.decode(payload).type !== 'archive')
        return surveyAnswerCodec.encode({ type: 'same' })
      asked++
      throw new CoterieError('archiveMissing', { project: 'shop', period: 0 })
    })
    for (const days of [5, 4, 3, 2, 1]) {
      const row = { period: TODAY_MS - days * DAY_MS, hash: 'ab'.repeat(32), records: 1, bytes: 1 }
      members.commit({ type: 'periodArchived', project: 'shop', ...row })
    }
    await members.until('it asked for all', () => asked >= 5)
    await known(members.run(a), a)
    assert.equal(asked, 5)
  })

  it('take late records with them into the one that is open, with their true times', async () => {
    const all = [await members.add(), await members.add(), await members.add()]
    const [a, b, c] = all as [Member, Member, Member]
    members.lead(a)
    const task = members.run(a)
    await known(task, a, b, c)
    members.network.cut([a.self, b.self], [c.self])
    const late = members.run(c, 'service/shop/db')
    await known(late, c)
    await archived(1, a, b)
    assert.deepEqual(await endedAt(a), [task])
    members.network.heal()
    await known(late, a, b, c)
    const { records } = await a.records.ended({ project: 'shop', sinceMs: 0, limit: 10 })
    assert.deepEqual(
      records.map(({ task: each, endedAtMs }) => [each, endedAtMs < TODAY_MS + DAY_MS]),
      records.map(({ task: each }) => [each, true]),
    )
    const present = a.records.projects().find(({ project }) => project === 'shop')
    assert.deepEqual([present?.documents, present?.records], [1, 1])
    assert.deepEqual((await endedAt(c)).sort(), [task, late].sort())
  })

  it('come as archives to who was away, and to who links the project later', async () => {
    const [a, b] = [await members.add(), await members.add()]
    members.lead(a)
    const edge = await members.add({ role: 'edge', votes: false })
    const task = members.run(a)
    await known(task, a, b)
    await b.stop()
    const later = members.run(a)
    await known(later, a)
    await b.restart()
    await known(later, b)
    await archived(1, a, b)
    assert.deepEqual([shop(edge)?.archives, shop(edge)?.archivesHere], [1, 0])
    await edge.records.link('shop')
    await archived(1, edge)
    assert.deepEqual((await endedAt(edge)).sort(), [task, later].sort())
  })

  it('are forgotten by decision after so many, on every disk', async () => {
    const all = [await members.add({ archivesKept: 2 }), await members.add({ archivesKept: 2 })]
    const [a, b] = all as [Member, Member]
    members.lead(a)
    const tasks: string[] = []
    for (const day of [1, 2, 3]) {
      const task = members.run(a)
      tasks.push(task)
      await known(task, ...all)
      await archived(Math.min(day, 2), ...all)
    }
    assert.deepEqual(await endedAt(b), tasks.slice(1).reverse())
    assert.equal(a.view.periods.get('shop')?.droppedThrough, TODAY_MS)
    await b.restart()
    assert.deepEqual(await endedAt(b), tasks.slice(1).reverse())
  })

  it('never come back: not by a store that slept through it all', async () => {
    const all = [await members.add({ archivesKept: 1 }), await members.add(), await members.add()]
    const [a, b, c] = all as [Member, Member, Member]
    members.lead(a)
    const old = members.run(c)
    await known(old, ...all)
    await c.stop()
    await archived(1, a, b)
    const next = members.run(a)
    await known(next, a, b)
    await archived(1, a, b)
    assert.equal(a.view.periods.get('shop')?.droppedThrough, TODAY_MS)
    await c.restart()
    await archived(1, ...all)
    for (const each of all) assert.deepEqual(await endedAt(each), [next])
    assert.equal(digests(...all).size, 1)
  })

  it('give their memory back', async () => {
    const a = await members.add()
    members.lead(a)
    for (let each = 0; each < 50; each++) members.run(a)
    await members.until('they are written', () => shop(a)?.records === 50)
    await archived(1, a)
    assert.deepEqual([shop(a)?.records, shop(a)?.bytes], [0, 0])
    assert.equal((await endedAt(a)).length, 50)
  })
})
