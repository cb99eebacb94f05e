import assert from 'node:assert/strict'
import { acceptanceOf, PARENTS_MAX } from '../../../crdt/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import { spec } from '../../crdt/authors.ts'
import { eventually } from '../../support/eventually.ts'
import { createDesk } from './desk.ts'

const web = (image = 'nginx:1') => spec('web', image)
const OTHER = 'f'.repeat(64)

/** A desk with an accepted web service. */
const withWeb = async () => {
  const world = createDesk()
  const { applied } = await world.ask({ specs: [web()] })
  world.accept()
  const [first] = (await applied).revisions
  return { ...world, head: first?.revision as string }
}

type Desk = Awaited<ReturnType<typeof withWeb>>

/** Accepts what waits; true once the head is another one. */
const movesOn = (
  { accept, view, pending }: Pick<Desk, 'accept' | 'view' | 'pending'>,
  from: unknown,
): boolean => {
  if (pending().length > 0) accept()
  return view.objects.get('service/shop/web')?.head !== from
}

describe('apply', () => {
  it('writes what differs from its head, and answers when that is accepted', async () => {
    const { ask, accept, pending, head, view } = await withWeb()
    const { applied } = await ask({ specs: [web('nginx:2')] })
    assert.deepEqual(pending()[0]?.parents, [head])
    accept()
    const [revision] = (await applied).revisions
    assert.deepEqual([revision?.state, revision?.reason], ['accepted', null])
    assert.equal(view.objects.get('service/shop/web')?.head, revision?.revision)
  })

  it('of what somebody saw before another edit stands beside that: both are kept, and the one before is a conflict', async () => {
    const world = await withWeb()
    const { ask, accept, head, view, desk } = world
    await ask({ specs: [web('nginx:2')] })
    accept()
    const between = view.objects.get('service/shop/web')?.head
    const seeing = { project: 'shop', changes: [{ spec: web('nginx:3'), seen: head }], remove: [] }
    const applied = desk.apply(seeing, { signal: AbortSignal.timeout(60_000) })
    await eventually('it is written', () => movesOn(world, between))
    const [revision] = (await applied).revisions
    assert.equal(revision?.state, 'accepted')
    assert.equal(view.objects.get('service/shop/web')?.head, revision?.revision)
    assert.deepEqual(view.objects.get('service/shop/web')?.conflicts, [between])
  })

  it('leaves alone how often a service was restarted, where nothing is said of it', async () => {
    const { ask, accept, commit, desk } = await withWeb()
    commit({ type: 'meshVersionRaised', version: 2, asOf: 1 })
    await ask({ specs: [{ ...web(), restarts: 2 }] })
    accept()
    assert.deepEqual(
      desk.plan({ project: 'shop', specs: [web()] }).changes.map(({ action }) => action),
      ['unchanged'],
    )
    const { applied } = await ask({ specs: [web('nginx:2')] })
    accept()
    await applied
    assert.equal(desk.service({ project: 'shop', name: 'web' }).spec?.restarts, 2)
  })

  it('writes nothing that members of an older version would refuse, until the mesh version rose', async () => {
    const { ask, pending, commit } = createDesk()
    const specs = [web(), { ...spec('db', 'postgres'), exclusive: true }]
    await assert.rejects((await ask({ specs })).applied, (error) =>
      isCoterieError(error, 'meshVersionNeeded'),
    )
    assert.equal(pending().length, 0)
    commit({ type: 'meshVersionRaised', version: 2, asOf: 1 })
    await ask({ specs })
    assert.equal(pending().length, 2)
  })

  it('writes nothing on an edge node, and says where it would count', async () => {
    const { ask, pending, commit, node } = createDesk()
    const admitted = (id: string, name: string) =>
      ({ type: 'nodeAdmitted', node: id, name, addresses: [] as string[], atMs: 0 }) as const
    commit({ ...admitted(node, 'shed'), role: 'edge' })
    commit(admitted('12D3KooWattic', 'attic'))
    await assert.rejects((await ask({ specs: [web()] })).applied, (error) => {
      assert.ok(isCoterieError(error, 'edgeMayNotWrite'))
      assert.deepEqual(error.data, { name: 'shed', full: ['attic'] })
      return true
    })
    assert.equal(pending().length, 0)
  })

  it('says so where the clock here is ahead, and the edit was dated back', async () => {
    const { ask, commit, pending, head } = await withWeb()
    const { applied } = await ask({ specs: [web('nginx:2')] })
    const [revision] = pending()
    assert.ok(revision)
    // The leader's clock is an hour behind the one here, less the half second that an edit may be ahead.
    const hlc = { ...revision.hlc, wallMs: revision.hlc.wallMs + 500 - 1_000 }
    commit({ ...acceptanceOf(revision), parents: [head], hlc })
    const [answer] = (await applied).revisions
    assert.equal(answer?.state, 'accepted')
    assert.match(
      answer?.reason ?? '',
      /^the clock here is 1 s ahead of the leader's, so the edit was dated back/,
    )
  })

  it('writes nothing where the head says the same', async () => {
    const { ask, pending, head } = await withWeb()
    const { applied } = await ask({ specs: [web()] })
    assert.deepEqual((await applied).revisions, [
      { object: 'service/shop/web', revision: head, state: 'unchanged', reason: null },
    ])
    assert.deepEqual(pending(), [])
  })

  it('answers with what is pending when the caller goes, and keeps it', async () => {
    const { ask, pending } = await withWeb()
    const { applied, giveUp } = await ask({ specs: [web('nginx:2')] })
    giveUp()
    const [revision] = (await applied).revisions
    assert.equal(revision?.state, 'pending')
    assert.match(revision?.reason as string, /majority/)
    assert.deepEqual(
      pending().map(({ id }) => id),
      [revision?.revision],
    )
  })

  it('builds on what is pending and on the head, since what is pending may be refused', async () => {
    const { ask, accept, pending, head } = await withWeb()
    const first = await ask({ specs: [web('nginx:2')] })
    const second = await ask({ specs: [web('nginx:3')] })
    const [older, newer] = pending()
    assert.deepEqual(newer?.parents, [head, older?.id])
    accept()
    assert.equal((await first.applied).revisions[0]?.state, 'accepted')
    assert.equal((await second.applied).revisions[0]?.state, 'accepted')
  })

  it('builds on the newest of more than a revision can name', async () => {
    const { ask, pending, head } = await withWeb()
    const asked = await Promise.all(
      Array.from({ length: PARENTS_MAX + 2 }, (_, number) => ask({ specs: [web(`nginx:${number + 2}`)] })),
    )
    const tips = pending().filter(({ id }) => !pending().some(({ parents }) => parents.includes(id)))
    const last = await ask({ specs: [web('nginx:99')] })
    const written = pending().at(-1)
    assert.deepEqual(written?.parents, [head, ...tips.slice(1 - PARENTS_MAX).map(({ id }) => id)])
    for (const { giveUp } of [...asked, last]) giveUp()
  })

  it('tells of a conflict that it lost', async () => {
    const { ask, accept, pending } = createDesk()
    const { applied } = await ask({ specs: [web('mine')] })
    const [mine] = pending()
    const theirs = { ...mine, id: OTHER, hlc: { wallMs: 9_999, counter: 0 } } as NonNullable<typeof mine>
    accept(theirs)
    accept(mine as NonNullable<typeof mine>)
    const [revision] = (await applied).revisions
    assert.equal(revision?.state, 'accepted')
    assert.match(revision?.reason as string, /same time/)
  })

  it('insists on a head: refused at once where it moved, and later where it moves meanwhile', async () => {
    const { ask, accept, pending, head } = await withWeb()
    const late = await ask({ specs: [web('nginx:2')], ifHead: OTHER })
    await assert.rejects(late.applied, (error) => isCoterieError(error, 'headMoved'))
    const insisting = await ask({ specs: [web('nginx:3')], ifHead: head })
    const [mine] = pending()
    accept({ ...mine, id: OTHER, ifHead: head } as NonNullable<typeof mine>)
    const [revision] = (await insisting.applied).revisions
    assert.equal(revision?.state, 'refused')
    assert.match(revision?.reason as string, /changed meanwhile/)
  })

  it('removes, and refuses to remove what is not there', async () => {
    const { ask, accept, desk } = await withWeb()
    const removal = await ask({ remove: ['web'] })
    accept()
    assert.equal((await removal.applied).revisions[0]?.state, 'accepted')
    assert.deepEqual(desk.services().services, [])
    const again = await ask({ remove: ['web'] })
    await assert.rejects(again.applied, (error) => isCoterieError(error, 'serviceUnknown'))
  })

  it('takes whoever insists on none as right where the service was removed', async () => {
    const { ask, accept } = await withWeb()
    const removal = await ask({ remove: ['web'] })
    accept()
    await removal.applied
    const created = await ask({ specs: [web()], ifHead: null })
    accept()
    assert.equal((await created.applied).revisions[0]?.state, 'accepted')
  })
})
