import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  acceptanceOf,
  type Catalogue,
  createUnaccepted,
  openCatalogue,
  pendingRevisions,
  REMOVED_KEPT_MS,
  type Revision,
  type RevisionContent,
  trimmableRevisions,
  writtenOf,
} from '../../crdt/index.ts'
import { createDecisions, type Decision, isTrimmed } from '../../protocols/decisions/index.ts'
import { type Author, newAuthor, write } from './authors.ts'

const WEB = 'service/shop/web'
const at = (wallMs: number) => ({ hlc: { wallMs, counter: 0 } })

/** A leader: its catalogue, its log, and what it would trim. */
const createLeader = (author: Author) => {
  const catalogue = openCatalogue({ clientId: 1, hash: author.hash })
  const { view, apply } = createDecisions()
  const commit = (decision: Decision) => apply(view.appliedIndex + 1, decision)
  const unaccepted = createUnaccepted(catalogue)
  const hold = (...revisions: Revision[]) => {
    catalogue.add(revisions, 'own')
    unaccepted.add(revisions)
  }
  return {
    catalogue,
    view,
    commit,
    unaccepted,
    hold,
    accept: (...revisions: Revision[]) => {
      hold(...revisions)
      for (const each of revisions) commit({ ...acceptanceOf(each), written: writtenOf(each) })
    },
    trimmable: (wallMs = 0) => [...trimmableRevisions(catalogue, view, wallMs)],
    pending: () => pendingRevisions(catalogue, view).map(({ id }) => id),
    drop: () => dropTrimmed(catalogue, view),
    web: () => view.objects.get(WEB) ?? assert.fail(),
  }
}
const dropTrimmed = (catalogue: Catalogue, view: Parameters<typeof isTrimmed>[0]) =>
  catalogue.remove(
    [...catalogue.revisions()].filter((each) => isTrimmed(view, each)).map(({ id }) => id),
    'trimming',
  )
/** What is kept in mind of the unaccepted says what a look at everything says, also once it was counted anew. */
const agrees = ({ catalogue, view, unaccepted }: ReturnType<typeof createLeader>): void => {
  const all = [pendingRevisions(catalogue, view), [...trimmableRevisions(catalogue, view, 0)]]
  const recounted = createUnaccepted(catalogue)
  for (const known of [unaccepted.of(view), recounted.of(view)])
    assert.deepEqual([pendingRevisions(known, view), [...trimmableRevisions(known, view, 0)]], all)
}

const named = (trimmings: readonly Decision[]): string[] =>
  trimmings.flatMap((each) =>
    each.type === 'revisionsTrimmed' ? each.revisions.map(({ revision }) => revision) : [],
  )

describe('what may be trimmed', () => {
  let a: Author
  let b: Author
  let chain: Revision[]
  before(async () => {
    ;[a, b] = [newAuthor(), newAuthor()]
    chain = []
    for (let number = 1; number <= 13; number++)
      chain.push(await write(a, 'web', { ...at(number), parents: chain.slice(-1).map(({ id }) => id) }))
  })
  const edit = (more: Partial<RevisionContent>, author = a) => write(author, 'web', more)
  const link = (number: number) => chain[number - 1] as Revision

  it('is what is older than ten heads', () => {
    const leader = createLeader(a)
    leader.accept(...chain)
    assert.deepEqual(new Set(named(leader.trimmable())), new Set([1, 2, 3].map((number) => link(number).id)))
    for (const trimming of leader.trimmable()) assert.deepEqual(leader.commit(trimming), { ok: true })
    leader.drop()
    assert.equal(leader.catalogue.index.size, 10)
    assert.deepEqual(leader.trimmable(), [])
  })

  it('is not a conflict, before it is settled', async () => {
    const leader = createLeader(a)
    const lost = await edit({ ...at(1), parents: [link(1).id] }, b)
    leader.accept(...chain, lost)
    assert.ok(!named(leader.trimmable()).includes(lost.id))
    leader.accept(await edit({ ...at(20), parents: [link(13).id, lost.id], body: { type: 'keep' } }))
    assert.ok(named(leader.trimmable()).includes(lost.id))
  })

  it('is not what a task still runs', () => {
    const leader = createLeader(a)
    leader.commit({ type: 'nodeAdmitted', node: a.node, name: 'a', addresses: [], atMs: 0 })
    leader.accept(link(1))
    const { id } = link(1)
    leader.commit({
      type: 'taskAssigned',
      object: WEB,
      revision: id,
      slot: 0,
      node: a.node,
      replaces: null,
      reason: 'the only node',
    })
    leader.accept(...chain)
    assert.equal(named(leader.trimmable()).length, 2)
    assert.ok(!named(leader.trimmable()).includes(id))
    leader.commit({ type: 'taskReleased', task: [...leader.view.tasks.keys()][0] ?? '', reason: 'over' })
    assert.equal(named(leader.trimmable()).length, 3)
  })

  it('is not the parent of what is pending, nor what would take along what its author wrote before', async () => {
    const leader = createLeader(a)
    leader.accept(...chain)
    leader.hold(await edit({ hlc: { wallMs: 2, counter: 1 }, parents: [link(1).id] }))
    assert.deepEqual(named(leader.trimmable()), [link(2).id])
    const other = createLeader(a)
    other.accept(...chain)
    other.hold(await edit({ ...at(2), parents: [link(1).id] }, b))
    assert.deepEqual(new Set(named(other.trimmable())), new Set([link(2).id, link(3).id]))
  })

  it('is what was never accepted and never can be: superseded, or insisting on a head that moved', async () => {
    const leader = createLeader(a)
    const superseded = await edit({ ...at(14), parents: [link(13).id] }, b)
    const insisting = await edit({ ...at(15), parents: [link(5).id], ifHead: link(5).id }, b)
    leader.accept(...chain)
    leader.hold(superseded, insisting)
    leader.accept(await edit({ ...at(16), parents: [link(13).id, superseded.id] }))
    const going = named(leader.trimmable())
    assert.ok(going.includes(superseded.id) && going.includes(insisting.id))
    assert.equal(leader.trimmable().length, 1)
  })

  it('is a few hundred at a time of what somebody writes without end and nobody can accept, until all of it went', async () => {
    const leader = createLeader(a)
    const stale = { parents: [link(5).id], ifHead: link(5).id }
    const insisting = await Promise.all(
      Array.from({ length: 4_000 }, (_, number) => edit({ ...at(15 + number), ...stale }, b)),
    )
    leader.accept(...chain)
    leader.hold(...insisting)
    const gone = new Set<string>()
    for (let trimmings = leader.trimmable(); trimmings.length > 0; trimmings = leader.trimmable()) {
      for (const trimming of trimmings) assert.deepEqual(leader.commit(trimming), { ok: true })
      for (const id of named(trimmings)) gone.add(id)
      leader.drop()
    }
    assert.ok(insisting.every(({ id }) => gone.has(id)))
  })

  it('is after a week everything of a removed object but its removal', async () => {
    const leader = createLeader(a)
    const removal = await edit({ ...at(14), parents: [link(13).id], body: { type: 'removal' } })
    leader.accept(...chain, removal)
    assert.equal(named(leader.trimmable(14 + REMOVED_KEPT_MS)).length, 4)
    const trimmings = leader.trimmable(15 + REMOVED_KEPT_MS)
    assert.equal(named(trimmings).length, 13)
    for (const trimming of trimmings) assert.deepEqual(leader.commit(trimming), { ok: true })
    leader.drop()
    assert.deepEqual(leader.catalogue.ids(), [removal.id])
  })

  it('comes in decisions that fit into the log, the parents first', async () => {
    const leader = createLeader(a)
    leader.accept(link(1))
    const many: Revision[] = []
    for (let number = 0; number < 300; number++) {
      const parents = [many.at(-1)?.id ?? link(1).id]
      many.push(
        await edit({ ...at(number % 2 === 0 ? number : 1_000 + number), parents }, number % 2 === 0 ? a : b),
      )
    }
    leader.hold(...many.toReversed())
    leader.accept(await edit({ ...at(2_000), parents: [link(1).id, many.at(-1)?.id as string] }))
    // All of them are superseded by the last, and none was accepted.
    assert.deepEqual(leader.pending(), [])
    for (let left = 300; left > 0; left = leader.catalogue.index.size - 2) {
      leader.commit(leader.trimmable()[0] as Decision)
      leader.drop()
      assert.deepEqual(leader.pending(), [])
    }
  })

  it('never is what anybody may still want, and never makes anything look pending', async () => {
    const authors = [a, b, newAuthor()]
    const step = fc.record({
      author: fc.nat({ max: 2 }),
      parents: fc.array(fc.nat({ max: 12 }), { maxLength: 3 }),
      wallMs: fc.nat({ max: 60 }),
      insists: fc.integer({ min: 0, max: 5 }).map((chance) => chance === 0),
      accepts: fc.option(fc.nat({ max: 12 }), { freq: 2 }),
      trims: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const leader = createLeader(a)
        const written: Revision[] = []
        for (const { author, parents, wallMs, insists, accepts, trims } of steps) {
          const known = [...leader.catalogue.revisions()]
          const named = parents.flatMap((back) => known.at(-1 - back)?.id ?? [])
          const last = written.findLast((each) => each.author === authors[author]?.node)?.hlc.wallMs ?? 0
          const head = leader.view.objects.get(WEB)?.head
          written.push(
            await edit(
              {
                ...at(last + 1 + wallMs),
                parents: [...new Set(named)],
                ...(insists && head !== undefined ? { ifHead: head } : {}),
              },
              authors[author],
            ),
          )
          leader.hold(written.at(-1) as Revision)
          const waiting = pendingRevisions(leader.catalogue, leader.view)
          const chosen = accepts === null ? undefined : waiting[accepts % Math.max(1, waiting.length)]
          if (chosen !== undefined) leader.accept(chosen)
          agrees(leader)
          const [trimming] = trims ? leader.trimmable() : []
          if (trimming === undefined) continue
          const [before, { head: top, history, conflicts }] = [leader.pending(), leader.web()]
          assert.deepEqual(leader.commit(trimming), { ok: true })
          agrees(leader)
          leader.drop()
          agrees(leader)
          assert.deepEqual(leader.pending(), before)
          assert.deepEqual(
            [leader.web().head, leader.web().history, leader.web().conflicts],
            [top, history, conflicts],
          )
          for (const id of [...history, ...conflicts, ...before]) assert.ok(leader.catalogue.get(id))
        }
      }),
      { numRuns: 150 },
    )
  })
})
