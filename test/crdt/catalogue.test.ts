import assert from 'node:assert/strict'
import fc from 'fast-check'
import * as Y from 'yjs'
import { KEYS_MAX } from '../../crdt/catalogue-document.ts'
import { type Catalogue, differingBuckets, openCatalogue, type Revision } from '../../crdt/index.ts'
import { type Author, newAuthor, write } from './authors.ts'

describe('the catalogue', () => {
  const COUNT = 8
  let author: Author
  let written: Revision[]
  let clientId = 1

  const open = (): Catalogue => openCatalogue({ clientId: clientId++, hash: author.hash })
  const merge = (catalogue: Catalogue, update: Uint8Array) =>
    catalogue.merge(catalogue.inspect(update), 'peer')
  /** Its own updates, as they are made. */
  const updatesOf = (catalogue: Catalogue): Uint8Array[] => {
    const updates: Uint8Array[] = []
    catalogue.onUpdate((update, origin) => {
      if (origin === 'own') updates.push(update)
    })
    return updates
  }

  before(async () => {
    author = newAuthor()
    written = await Promise.all(Array.from({ length: COUNT }, (_, at) => write(author, `web-${at}`)))
  })

  it('holds what was added, once', () => {
    const catalogue = open()
    const updates = updatesOf(catalogue)
    catalogue.add(written, 'own')
    catalogue.add(written, 'own')
    assert.deepEqual(catalogue.ids(), written.map(({ id }) => id).sort())
    assert.equal(catalogue.index.size, COUNT)
    assert.equal(updates.length, 1)
    assert.deepEqual(catalogue.get(written[0]?.id ?? ''), written[0])
    assert.equal(catalogue.get('0'.repeat(64)), null)
  })

  it('tells with each update where it came from', () => {
    const [from, to] = [open(), open()]
    const [updates, origins] = [updatesOf(from), [] as string[]]
    to.onUpdate((_update, origin) => origins.push(origin))
    from.add(written.slice(0, 1), 'own')
    merge(to, updates[0] ?? assert.fail())
    assert.deepEqual(origins, ['peer'])
  })

  it('comes to the same whatever is lost, repeated and reordered, once each revision came by some way', () => {
    // Per revision and receiver: by update, by bytes, both ways, and the order of it all.
    const step = fc.record({
      author: fc.nat({ max: 2 }),
      revision: fc.nat({ max: COUNT - 1 }),
      how: fc.constantFrom('update', 'bytes', 'both', 'lost'),
      order: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const all = [open(), open(), open()]
        const deliveries: { order: number; deliver(): void }[] = []
        const updates = all.map(updatesOf)
        for (const { author: at, revision, how, order } of steps) {
          const chosen = written[revision] as Revision
          all[at]?.add([chosen], 'own')
          const update = updates[at]?.at(-1)
          for (const to of all) {
            if (how === 'bytes' || how === 'both')
              deliveries.push({ order, deliver: () => to.add([chosen], 'peer') })
            if (how !== 'update' && how !== 'both') continue
            if (update !== undefined) deliveries.push({ order: order ^ 5, deliver: () => merge(to, update) })
          }
        }
        for (const { deliver } of deliveries.sort((a, b) => a.order - b.order)) deliver()
        const union = [...new Set(all.flatMap(({ revisions }) => [...revisions()]))]
        for (const catalogue of all) catalogue.add(union, 'peer')
        for (const catalogue of all) {
          assert.deepEqual(catalogue.ids(), all[0]?.ids())
          assert.deepEqual(catalogue.index.digests(), all[0]?.index.digests())
        }
      }),
      { numRuns: 60 },
    )
  })

  it('takes over an update that does not go on where it knows the client', () => {
    const [from, to] = [open(), open()]
    const updates = updatesOf(from)
    for (const revision of written.slice(0, 3)) from.add([revision], 'own')
    merge(to, updates[2] ?? assert.fail())
    merge(to, updates[0] ?? assert.fail())
    merge(to, updates[1] ?? assert.fail())
    assert.deepEqual(to.ids(), from.ids())
    assert.deepEqual(differingBuckets(to.index.digests(), from.index.digests()), [])
  })

  it('forgets what was removed, tells nobody of it, and takes what comes later', () => {
    const [from, to] = [open(), open()]
    const updates = updatesOf(from)
    from.add(written.slice(0, 4), 'own')
    merge(to, updates[0] ?? assert.fail())
    const gone = written.slice(0, 3).map(({ id }) => id)
    from.remove([...gone, '0'.repeat(64)], 'trimming')
    assert.deepEqual(from.ids(), [written[3]?.id])
    assert.equal(from.get(gone[0] ?? ''), null)
    assert.equal(updates.length, 1)
    from.add(written.slice(4), 'own')
    merge(to, updates[1] ?? assert.fail())
    to.remove(gone, 'trimming')
    assert.deepEqual(from.index.digests(), to.index.digests())
  })

  it('is begun anew under another client id when it has many keys, and nobody notices', async function () {
    this.timeout(20_000)
    const [to, from] = [open(), open()]
    clientId++
    const updates: Uint8Array[] = []
    const clients = (update: Uint8Array) => Y.decodeUpdate(update).structs.map(({ id }) => id.client)
    from.onUpdate((update, origin) => {
      if (origin !== 'own') return
      updates.push(update)
      merge(to, update)
    })
    const first = clientId - 2
    for (let round = 0; round < KEYS_MAX / COUNT; round++) {
      const fresh = await Promise.all(
        Array.from({ length: COUNT }, (_, at) => write(author, `web-${round}-${at}`)),
      )
      from.add(fresh, 'own')
      from.remove(
        fresh.map(({ id }) => id),
        'trimming',
      )
    }
    assert.deepEqual(new Set(updates.flatMap(clients)), new Set([first]))
    assert.equal(from.index.size, 0)
    from.add(written, 'own')
    assert.deepEqual(new Set(clients(updates.at(-1) ?? assert.fail())), new Set([first + 1]))
    assert.ok(written.every(({ id }) => to.get(id) !== null))
  })

  it('loses nothing to a client id that was stolen', () => {
    const [from, to] = [open(), open()]
    const thief = new Y.Doc()
    thief.clientID = clientId - 2
    const [stolen, own] = written
    assert.ok(stolen && own)
    thief.getMap('revisions').set(stolen.id, stolen.bytes)
    merge(to, Y.encodeStateAsUpdate(thief))
    const updates = updatesOf(from)
    from.add([own], 'own')
    merge(to, updates[0] ?? assert.fail())
    assert.deepEqual(to.ids(), [stolen.id, own.id].sort())
  })
})
