import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  acceptanceOf,
  createUnaccepted,
  openCatalogue,
  pendingRevisions,
  type Revision,
  refusedRevisions,
} from '../../crdt/index.ts'
import { unacceptedRevisions } from '../../crdt/unaccepted.ts'
import { createDecisions } from '../../protocols/decisions/index.ts'
import { atOnce } from '../../protocols/wire/index.ts'
import { type Author, newAuthor, write } from './authors.ts'

describe('pending revisions', () => {
  let author: Author
  before(() => {
    author = newAuthor()
  })

  const at = (wallMs: number) => ({ hlc: { wallMs, counter: 0 } })
  /** What is pending when `accepted` were accepted, in order, of all that are known. */
  const pending = (known: readonly Revision[], accepted: readonly Revision[]) => {
    const catalogue = openCatalogue({ clientId: 1, hash: author.hash })
    catalogue.add(known, 'own')
    const decisions = createDecisions()
    for (const [index, revision] of accepted.entries()) decisions.apply(index + 1, acceptanceOf(revision))
    return pendingRevisions(catalogue, decisions.view)
  }

  it('are those that nobody accepted, oldest first', async () => {
    const [late, early] = [await write(author, 'web', at(2)), await write(author, 'db', at(1))]
    assert.deepEqual(pending([late, early], []), [early, late])
    assert.deepEqual(pending([late, early], [late]), [early])
    assert.deepEqual(pending([late, early], [late, early]), [])
  })

  it('are not those that fell out of the history', async () => {
    const chain: Revision[] = []
    for (let number = 1; number <= 15; number++) {
      chain.push(await write(author, 'web', { ...at(number), parents: chain.slice(-1).map(({ id }) => id) }))
    }
    assert.deepEqual(pending(chain, chain), [])
  })

  it('are not those that lost against a concurrent one, which are conflicts', async () => {
    const [winner, loser] = [await write(author, 'web', at(2)), await write(author, 'web', at(1))]
    assert.deepEqual(pending([winner, loser], [winner, loser]), [])
  })

  it('are not those that insist on a head that is gone', async () => {
    const head = await write(author, 'web', at(1))
    const next = await write(author, 'web', { ...at(2), parents: [head.id] })
    const insisting = await write(author, 'web', { ...at(3), parents: [head.id], ifHead: head.id })
    assert.deepEqual(pending([head, next, insisting], [head]), [next, insisting])
    assert.deepEqual(pending([head, next, insisting], [head, next]), [])
  })

  it('are not those of edge nodes, which are told apart from them', async () => {
    const edge = newAuthor()
    const [own, foreign] = [await write(author, 'web', at(1)), await write(edge, 'web', at(2))]
    const catalogue = openCatalogue({ clientId: 1, hash: author.hash })
    catalogue.add([own, foreign], 'own')
    const { view, apply } = createDecisions()
    const of = () => [pendingRevisions(catalogue, view), refusedRevisions(catalogue, view)]
    assert.deepEqual(of(), [[own, foreign], []])
    apply(1, { type: 'nodeAdmitted', node: edge.node, name: 'shed', addresses: [], role: 'edge', atMs: 0 })
    assert.deepEqual(of(), [[own], [foreign]])
  })

  it('are not those that keep a head that is gone', async () => {
    const [head, lost] = [await write(author, 'web', at(2)), await write(author, 'web', at(1))]
    const next = await write(author, 'web', { ...at(3), parents: [head.id] })
    const keeping = await write(author, 'web', {
      ...at(4),
      parents: [head.id, lost.id],
      body: { type: 'keep' },
    })
    const known = [head, lost, next, keeping]
    assert.deepEqual(pending(known, [lost]), [head, next, keeping])
    assert.deepEqual(pending(known, [head, lost]), [next, keeping])
    assert.deepEqual(pending(known, [head, lost, next]), [])
  })

  it('are not those that keep what was trimmed everywhere, and these are over once something later is the head', async () => {
    const [head, trimmed] = [await write(author, 'web', at(2)), await write(author, 'web', at(1))]
    const keeping = await write(author, 'web', {
      ...at(4),
      parents: [head.id, trimmed.id],
      body: { type: 'keep' },
    })
    const next = await write(author, 'web', { ...at(3), parents: [head.id] })
    const later = await write(author, 'web', { ...at(5), parents: [next.id] })
    const judged = (accepted: readonly Revision[]) => {
      const catalogue = openCatalogue({ clientId: 1, hash: author.hash })
      catalogue.add([...accepted, keeping], 'own')
      const { view, apply } = createDecisions()
      for (const [index, revision] of accepted.entries()) apply(index + 1, acceptanceOf(revision))
      const { pending = [], over = [] } = unacceptedRevisions(catalogue, view).get(keeping.object) ?? {}
      return { pending, over }
    }
    assert.deepEqual(judged([head]), { pending: [keeping], over: [] })
    assert.deepEqual(judged([head, next]), { pending: [], over: [] })
    assert.deepEqual(judged([head, next, later]), { pending: [], over: [keeping] })
  })
})

describe('what decisions keep and nobody here holds', () => {
  it('is told by a count that somebody else brought to its end meanwhile', () => {
    const { hash } = newAuthor()
    const decisions = createDecisions()
    const revisions = Array.from({ length: 200 }, (_, at) =>
      createHash('sha256').update(`${at}`).digest('hex'),
    )
    for (const [at, revision] of revisions.entries())
      decisions.apply(at + 1, {
        type: 'revisionAccepted',
        revision,
        object: `service/shop/web-${at}`,
        parents: [],
        hlc: { wallMs: at, counter: 0 },
        removed: false,
      })
    const unaccepted = createUnaccepted(openCatalogue({ clientId: 1, hash }))
    const counting = unaccepted.recount(decisions.view)
    assert.equal(counting.next().done, false, 'it is counted in more slices than one')
    unaccepted.of(decisions.view)
    assert.deepEqual([...atOnce(counting)].sort(), revisions.toSorted())
  })
})
