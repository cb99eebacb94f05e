import assert from 'node:assert/strict'
import { conflictLedger, type Revision, type RevisionBody } from '../../../crdt/index.ts'
import { ACCEPT_MS_MAX, type Applied, type SettleRequest } from '../../../protocols/control/index.ts'
import { KEEP_VERSION } from '../../../protocols/decisions/index.ts'
import { type ErrorCode, isCoterieError } from '../../../protocols/errors/index.ts'
import { spec } from '../../crdt/authors.ts'
import { createDesk } from './desk.ts'

const WEB = 'service/shop/web'
const saying = (image: string): RevisionBody => ({ type: 'spec', spec: spec('web', image) })
const REMOVAL: RevisionBody = { type: 'removal' }

/** A desk on which two nodes changed the web service at the same time: the later is the head, the other lost. */
const withConflict = async (
  lost: RevisionBody = saying('nginx:2'),
  won: RevisionBody = saying('nginx:3'),
  meshVersion = KEEP_VERSION,
) => {
  const world = createDesk()
  world.commit({ type: 'meshVersionRaised', version: meshVersion, asOf: 1 })
  const edit = (body: RevisionBody, wallMs: number, parents: string[]) =>
    world.writeElsewhere({ object: WEB, parents, hlc: { wallMs, counter: 0 }, via: 'api', body })
  const first = await edit(saying('nginx:1'), 1, [])
  const losing = await edit(lost, 2, [first.id])
  const winning = await edit(won, 3, [first.id])
  world.accept(first, winning, losing)
  assert.deepEqual(conflictLedger(world.view), [{ object: WEB, head: winning.id, lost: losing.id }])
  const caller = new AbortController()
  /** Asks to settle it; resolves once that is written or over. */
  const settle = async (how: 'accept' | 'revert', request: SettleRequest = {}) => {
    const settled = world.desk.settle(losing.id, how, request, caller)
    settled.catch(() => {})
    await new Promise((resolve) => setImmediate(resolve))
    return { settled }
  }
  return {
    ...world,
    edit,
    losing,
    winning,
    settle,
    giveUp: () => caller.abort(),
    web: () => world.view.objects.get(WEB) ?? assert.fail(),
    /** Asks to settle it and lets the log accept that. */
    settleAndAccept: async (how: 'accept' | 'revert', request?: SettleRequest): Promise<Applied> => {
      const { settled } = await settle(how, request)
      world.accept()
      return settled
    },
  }
}

const fails = (promise: Promise<unknown>, code: ErrorCode) =>
  assert.rejects(promise, (error) => isCoterieError(error, code))

describe('the conflict ledger', () => {
  it('tells who lost, by which door, when, against what, and what differs', async () => {
    const { desk, losing, winning } = await withConflict()
    const written = { action: 'apply', author: losing.author, name: 'removed', via: 'api' } as const
    assert.deepEqual(desk.conflicts().conflicts, [
      {
        object: WEB,
        head: { revision: winning.id, written: { ...written, writtenAtMs: 3 } },
        lost: { revision: losing.id, written: { ...written, writtenAtMs: 2 } },
        fields: [{ field: 'image', from: 'nginx:3', to: 'nginx:2' }],
      },
    ])
    const { head, lost } = desk.conflict(losing.id)
    assert.deepEqual([head.spec?.image, lost.spec?.image], ['nginx:3', 'nginx:2'])
  })

  it('holds removals that lost, and edits that lost against a removal', async () => {
    const removal = (await withConflict(REMOVAL)).desk.conflicts().conflicts[0]
    assert.equal(removal?.lost.written?.action, 'remove')
    assert.ok(removal?.fields?.every(({ to }) => to === null))
    const edit = await withConflict(saying('nginx:2'), REMOVAL)
    assert.equal(edit.desk.conflicts().conflicts[0]?.head.written?.action, 'remove')
    assert.equal(edit.desk.conflict(edit.losing.id).head.spec, null)
  })

  it('says what it can while a side has not arrived', async () => {
    const { desk, lose, losing, settle } = await withConflict()
    lose(losing.id)
    const [conflict] = desk.conflicts().conflicts
    assert.deepEqual(conflict?.lost, { revision: losing.id, written: null })
    assert.equal(conflict?.fields, null)
    await fails((await settle('revert')).settled, 'revisionMissing')
  })
})

describe('accepting a conflict', () => {
  it('keeps the head as it is, and settles', async () => {
    const { settleAndAccept, web, winning, desk } = await withConflict()
    const { revisions } = await settleAndAccept('accept')
    assert.deepEqual([revisions[0]?.state, revisions[0]?.reason], ['accepted', null])
    assert.deepEqual([web().head, web().conflicts], [winning.id, []])
    assert.deepEqual(desk.conflicts().conflicts, [])
  })

  it('waits until all members know such a revision; putting back what lost does not', async () => {
    const { settle, settleAndAccept, web } = await withConflict(undefined, undefined, 1)
    await fails((await settle('accept')).settled, 'meshVersionNeeded')
    assert.equal(web().conflicts.length, 1)
    await settleAndAccept('revert')
    assert.deepEqual(web().conflicts, [])
  })

  it('works without the bytes of either side', async () => {
    const { settleAndAccept, lose, losing, winning, web } = await withConflict()
    for (const { id } of [losing, winning]) lose(id)
    await settleAndAccept('accept')
    assert.deepEqual(web().conflicts, [])
  })

  it('is refused where the head moves before it is accepted, and the conflict stays open', async () => {
    const { settle, edit, accept, winning, web, losing } = await withConflict()
    const { settled } = await settle('accept')
    accept(await edit(saying('nginx:4'), 9, [winning.id]))
    const { revisions } = await settled
    assert.equal(revisions[0]?.state, 'refused')
    assert.deepEqual(web().conflicts, [losing.id])
  })
})

describe('reverting a conflict', () => {
  it('puts back what lost, and settles', async () => {
    const { settleAndAccept, web, losing, winning, pending, settle, desk } = await withConflict()
    await settle('revert')
    assert.deepEqual(pending()[0]?.parents, [winning.id, losing.id])
    const { revisions } = await settleAndAccept('revert')
    assert.deepEqual([web().head, web().conflicts], [revisions[0]?.revision, []])
    assert.equal(desk.services().services[0]?.image, 'nginx:2')
  })

  it('to a removal removes, and from one creates', async () => {
    const removal = await withConflict(REMOVAL)
    await removal.settleAndAccept('revert')
    assert.equal(removal.web().removed, true)
    const edit = await withConflict(saying('nginx:2'), REMOVAL)
    await edit.settleAndAccept('revert')
    assert.equal(edit.desk.services().services[0]?.image, 'nginx:2')
  })

  it('insists on a head only where it is told to: refused at once where it moved, and later where it moves', async () => {
    const world = await withConflict()
    await fails((await world.settle('revert', { ifHead: world.losing.id })).settled, 'headMoved')
    const { settled } = await world.settle('revert', { ifHead: world.winning.id })
    world.accept(await world.edit(saying('nginx:4'), 4, [world.winning.id]))
    assert.equal((await settled).revisions[0]?.state, 'refused')
    assert.deepEqual(world.web().conflicts, [world.losing.id])
  })

  it('builds on what is pending, which it is meant to replace', async () => {
    const { ask, settle, accept, losing, winning, pending, web } = await withConflict()
    const { applied } = await ask({ specs: [spec('web', 'nginx:5')] })
    const [waiting] = pending() as [Revision]
    const { settled } = await settle('revert')
    assert.deepEqual(pending().at(-1)?.parents, [winning.id, losing.id, waiting.id])
    accept()
    await applied
    assert.deepEqual([web().head, web().conflicts], [(await settled).revisions[0]?.revision, []])
  })
})

describe('settling a conflict', () => {
  it('is pending without a majority, and takes effect by itself later', async () => {
    for (const how of ['accept', 'revert'] as const) {
      const { settle, clock, accept, web, pending } = await withConflict()
      const { settled } = await settle(how)
      clock.pass(ACCEPT_MS_MAX)
      assert.equal((await settled).revisions[0]?.state, 'pending')
      assert.equal(pending().length, 1)
      accept()
      assert.deepEqual(web().conflicts, [])
    }
  })

  it('in the same way again, while that is pending, writes nothing more', async () => {
    for (const how of ['accept', 'revert'] as const) {
      const { settle, pending, accept } = await withConflict()
      const [one, two] = [await settle(how), await settle(how)]
      assert.equal(pending().length, 1)
      accept()
      assert.deepEqual(await one.settled, await two.settled)
    }
  })

  it('in another way while one is pending: the last word counts', async () => {
    const { settle, accept, web } = await withConflict()
    const [first, last] = [await settle('accept'), await settle('revert')]
    accept()
    await first.settled
    assert.deepEqual([web().head, web().conflicts], [(await last.settled).revisions[0]?.revision, []])
  })

  it('is refused once it is settled, with the revision that did it', async () => {
    const { settleAndAccept, settle, desk, losing } = await withConflict()
    const [by] = (await settleAndAccept('revert')).revisions
    for (const how of ['accept', 'revert'] as const) {
      await assert.rejects(
        (await settle(how)).settled,
        (error) => isCoterieError(error, 'conflictSettled') && error.data.by === by?.revision,
      )
    }
    assert.throws(() => desk.conflict(losing.id), { code: 'conflictSettled' })
  })

  it('is refused where there is none', async () => {
    const { desk, winning, giveUp } = await withConflict()
    for (const id of [winning.id, 'f'.repeat(64)]) {
      await fails(desk.settle(id, 'accept', {}, new AbortController()), 'conflictUnknown')
      assert.throws(() => desk.conflict(id), { code: 'conflictUnknown' })
    }
    giveUp()
  })

  it('in two ways at once, on two nodes, opens a new entry', async () => {
    const { settle, edit, accept, losing, winning, web, pending } = await withConflict()
    await settle('revert')
    const [mine] = pending() as [Revision]
    const theirs = await edit(saying('nginx:9'), mine.hlc.wallMs + 1, [winning.id, losing.id])
    accept(mine, theirs)
    assert.deepEqual([web().head, web().conflicts], [theirs.id, [mine.id]])
  })
})
