import assert from 'node:assert/strict'
import { cp, rm } from 'node:fs/promises'
import fc from 'fast-check'
import { fromString } from 'uint8arrays'
import { compareHlc, type Revision } from '../../../crdt/index.ts'
import { openStore } from '../../../node/storage/index.ts'
import { HISTORY_LENGTH_MAX as HISTORY, isTrimmed } from '../../../protocols/decisions/index.ts'
import { eventually } from '../../support/eventually.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { converged, createMembers, fastClock, type Members, writeSpec } from './members.ts'
import { createSharedLog, type Follower, type SharedLog } from './with-a-log.ts'

const count = (member: Follower): number => member.held().length

describe('intent: what was trimmed', () => {
  let members: Members
  let log: SharedLog
  let all: Follower[]
  beforeEach(async () => {
    members = await createMembers()
    log = createSharedLog(members)
    all = [await log.follow(), await log.follow(), await log.follow()]
  })
  afterEach(() => members.end())

  const at = (index: number) => all[index] as Follower
  const catchUp = (these = all) => {
    for (const each of these) each.catchUp()
  }
  /** Edits the web service so often, one upon the other, and accepts that. */
  const edit = async (times: number, by = at(0)): Promise<Revision[]> => {
    const written: Revision[] = []
    for (let number = 0; number < times; number++) {
      const head = written.at(-1)?.id ?? log.view.objects.get('service/shop/web')?.head
      written.push(await writeSpec(by, 'web', `nginx:${number}`, head === undefined ? [] : [head]))
    }
    log.accept(...written)
    return written
  }
  /** The revisions; beside them stands the clock of the member's own. */
  const onDisk = async (member: Follower): Promise<string[]> => {
    await members.stop(member)
    const store = await openStore({ dataDir: member.dataDir, logger: silentLogger })
    const keys: string[] = []
    for await (const [key] of store.records('revisions').entries()) if (key !== 'clock') keys.push(key)
    await store.close()
    return keys
  }

  it('leaves the history of a much edited object, on every node and every disk, after a restart too', async function () {
    this.timeout(60_000)
    for (let round = 0; round < 10; round++) {
      await edit(100, at(round % 3))
      catchUp()
      await converged(all)
      log.trim(at(round % 3))
      catchUp()
    }
    await converged(all)
    assert.deepEqual(all.map(count), [HISTORY, HISTORY, HISTORY])
    const { history, past } = log.view.objects.get('service/shop/web') ?? assert.fail()
    assert.deepEqual(past, [])
    for (const each of all) assert.deepEqual((await onDisk(each)).sort(), [...history].sort())
    for (const each of all) await each.restart()
    catchUp()
    await converged(all)
    assert.deepEqual(all.map(count), [HISTORY, HISTORY, HISTORY])
  })

  it('is not taken from a peer that missed the decision; once that one knows it, all are equal again', async () => {
    const [first] = await edit(13)
    catchUp()
    await converged(all)
    log.trim(at(0))
    catchUp([at(0), at(1)])
    // So that what comes, comes by a pull, which meets the trimmed ones.
    members.network.dropHints = true
    const pulls: number[] = []
    at(0).intent.onChange(({ revisions }) => pulls.push(revisions.length))
    const later = await writeSpec(at(2), 'db')
    await eventually('they have talked since', () => at(0).intent.revision(later.id))
    await eventually('they agree but for that', () => at(0).intent.digest() === at(1).intent.digest())
    assert.deepEqual(all.slice(0, 2).map(count), [HISTORY + 1, HISTORY + 1])
    assert.equal(at(0).intent.revision(first?.id ?? ''), null)
    assert.deepEqual(pulls, [1])
    catchUp()
    await converged(all)
    assert.equal(count(at(2)), HISTORY + 1)
  })

  it('is dropped from an old store once that caught up, and from nobody taken on the way', async () => {
    const old = at(2)
    await edit(13)
    catchUp()
    await converged(all)
    await members.stop(old)
    await cp(old.dataDir, `${old.dataDir}.copy`, { recursive: true })
    await old.restart()
    log.trim(at(0))
    catchUp()
    await converged(all)
    await members.stop(old)
    await rm(old.dataDir, { recursive: true })
    await cp(`${old.dataDir}.copy`, old.dataDir, { recursive: true })
    members.network.dropHints = true
    await old.restart()
    assert.equal(count(old), 13)
    const later = await writeSpec(old, 'db')
    await eventually('it was heard', () => at(0).intent.revision(later.id))
    assert.equal(count(at(0)), HISTORY + 1)
    catchUp()
    await converged(all)
    assert.deepEqual(all.map(count), [HISTORY + 1, HISTORY + 1, HISTORY + 1])
    assert.equal((await onDisk(old)).length, HISTORY + 1)
  })

  it('is dropped with the next look where nobody told of it, as after a snapshot', async () => {
    await edit(13)
    catchUp()
    await converged(all)
    log.trim(at(0))
    const { dropTrimmed } = at(0).intent
    at(0).intent.dropTrimmed = () => {}
    catchUp()
    at(0).intent.dropTrimmed = dropTrimmed
    await eventually('it is swept', () => count(at(0)) === HISTORY)
  })

  it('does not swallow the edits of a node whose clock was ahead', async () => {
    let aheadMs = 3_600_000
    const clock = { ...fastClock, wallMs: () => fastClock.wallMs() + aheadMs }
    const ahead = await log.follow({ clock })
    await edit(3, ahead)
    await converged([...all, ahead])
    await edit(12)
    await converged([...all, ahead])
    assert.ok(log.trim(at(0)))
    catchUp([...all, ahead])
    aheadMs = 0
    await ahead.restart()
    const next = await writeSpec(ahead, 'web', 'nginx:next')
    catchUp([...all, ahead])
    await eventually('it is heard', () => at(0).intent.revision(next.id))
    log.accept(next)
    catchUp([...all, ahead])
    await converged([...all, ahead])
    assert.ok(at(0).intent.revision(next.id))
  })

  it('or written with a clock that was ahead stands below what its node writes in its next life', async () => {
    let aheadMs = 3_600_000
    const ahead = await log.follow({ clock: { ...fastClock, wallMs: () => fastClock.wallMs() + aheadMs } })
    const before = await writeSpec(ahead, 'web')
    aheadMs = 0
    await ahead.restart()
    const after = await writeSpec(ahead, 'web', 'nginx:next')
    assert.ok(compareHlc(after.hlc, before.hlc) > 0)
  })

  it('is nowhere, and all hold the same, after any edits, acceptances, trimmings, cuts and restarts', async function () {
    this.timeout(120_000)
    const member = fc.nat({ max: 2 })
    const kind = (type: string, weight: number) => ({
      weight,
      arbitrary: fc.record({ type: fc.constant(type), member, times: fc.integer({ min: 1, max: 6 }) }),
    })
    const step = fc.oneof(
      kind('edit', 4),
      kind('blind edit', 1),
      kind('accept', 4),
      kind('trim', 3),
      kind('follow', 2),
      kind('cut', 1),
      kind('heal', 2),
      kind('restart', 1),
    )
    /** Edits one upon the other, the first upon the head that the node knows. */
    const chain = async (by: Follower, times: number) => {
      let last = by.view.objects.get('service/shop/web')?.head
      for (let time = 0; time < times; time++)
        last = (await writeSpec(by, 'web', undefined, last === undefined ? [] : [last])).id
    }
    const perform = async (chosen: Follower, type: string, times: number) => {
      if (['edit', 'accept', 'trim', 'follow'].includes(type)) chosen.catchUp()
      if (type === 'edit' || type === 'blind edit') await chain(chosen, times)
      if (type === 'accept') log.accept(...chosen.intent.pending(chosen.view))
      if (type === 'trim') log.trim(chosen)
      if (type === 'restart') await chosen.restart()
      if (type === 'heal') members.network.heal()
      const others = all.filter((each) => each !== chosen)
      if (type === 'cut')
        members.network.cut(
          [chosen.self],
          others.map(({ self }) => self),
        )
    }
    let trimmed = 0
    await fc.assert(
      fc
        .asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
          for (const { member: index, type, times } of steps) await perform(at(index), type, times)
          members.network.heal()
          catchUp()
          await converged(all)
          for (const member of all) for (const each of member.held()) assert.ok(!isTrimmed(log.view, each))
          const kept = log.view.objects.get('service/shop/web')
          for (const id of [...(kept?.history ?? []), ...(kept?.conflicts ?? [])])
            for (const { intent } of all) assert.ok(intent.revision(id))
          trimmed += kept?.trimmed.length ?? 0
        })
        .beforeEach(async () => {
          await members.end()
          members = await createMembers()
          log = createSharedLog(members)
          all = [await log.follow(), await log.follow(), await log.follow()]
        }),
      { numRuns: 12 },
    )
    assert.ok(trimmed > 0, 'some were trimmed')
  })
})

describe('intent: a register that was forgotten', () => {
  let members: Members
  beforeEach(async () => {
    members = await createMembers()
  })
  afterEach(() => members.end())

  it('is not taken back from a peer that was away, nor from its owner', async () => {
    const KEY = 'task/shop.web.0.7'
    const gone = new Set<string>()
    /** What each of them knows to be gone. */
    const knowing = (known: Set<string>) =>
      members.add({ clock: fastClock, forgotten: (_node, key) => known.has(key) })
    const [a, b] = [await knowing(gone), await knowing(gone)]
    const behind = new Set<string>()
    const [owner, away] = [await knowing(behind), await knowing(behind)]
    owner.intent.setRegister(KEY, fromString('running'))
    const holders = () =>
      [a, b, owner, away].filter(({ intent }) => intent.register(owner.self, KEY) !== null)
    await eventually('all hold it', () => holders().length === 4)
    await members.stop(away)
    gone.add(KEY)
    await eventually('those who know have forgotten it', () => holders().length === 2)
    await members.restart(away)
    away.intent.setRegister('task/shop.web.1.8', fromString('running'))
    await eventually('they have talked', () => a.intent.register(away.self, 'task/shop.web.1.8'))
    owner.intent.setRegister(KEY, fromString('stopped'))
    await eventually('the one that is behind hears it', () =>
      away.intent.registers(KEY).some(({ value }) => value.length === 'stopped'.length),
    )
    for (const { intent } of [a, b]) assert.equal(intent.register(owner.self, KEY), null)
    behind.add(KEY)
    await converged([a, b, owner, away])
    assert.deepEqual(holders(), [])
  })
})
