import assert from 'node:assert/strict'
import { fromString, toString as textOf } from 'uint8arrays'
import { createBucketIndex } from '../../../crdt/bucket-index.ts'
import {
  createRegister,
  groupRecords,
  registerName,
  SYNC_GOSSIP_BYTES_MAX,
  SYNC_NAMES_MAX,
  syncHintCodec,
} from '../../../crdt/index.ts'
import { PROTOCOLS } from '../../../protocols/wire/index.ts'
import { newAuthor } from '../../crdt/authors.ts'
import { eventually } from '../../support/eventually.ts'
import { converged, createMembers, fastClock, type Member, type Members, writeSpec } from './members.ts'

describe('intent: members', () => {
  let members: Members
  beforeEach(async () => {
    members = await createMembers()
  })
  afterEach(() => members.end())

  const start = (count: number) => Promise.all(Array.from({ length: count }, () => members.add()))
  const idsOf = (all: readonly Member[]) => all.map(({ self }) => self)

  it('see what one of them wrote', async () => {
    const [a, b] = await start(2)
    assert.ok(a && b)
    const revision = await writeSpec(a, 'web')
    await eventually('it is there', () => b.intent.revision(revision.id))
    assert.deepEqual(b.intent.resolveSpec(revision.id), a.intent.resolveSpec(revision.id))
    assert.equal(a.intent.digest(), b.intent.digest())
  })

  it('see what one of them says of itself', async () => {
    const [a, b] = await start(2)
    assert.ok(a && b)
    a.intent.setRegister('task/shop.web.0.7', fromString('running'))
    await eventually('it is there', () => b.intent.register(a.self, 'task/shop.web.0.7'))
    assert.deepEqual(
      b.intent.registers('task/').map(({ node, value }) => [node, textOf(value)]),
      [[a.self, 'running']],
    )
    assert.deepEqual(b.intent.registers('node/'), [])
  })

  it('find by themselves what every hint lost', async () => {
    members.network.dropHints = true
    const [a, b] = [await members.add({ clock: fastClock }), await members.add({ clock: fastClock })]
    // The first is brought by the pull on connecting, and with it that one is over.
    const first = await writeSpec(a, 'web')
    await eventually('the first is there', () => b.intent.revision(first.id))
    const second = await writeSpec(a, 'db')
    a.intent.setRegister('task/shop.web.0.7', fromString('running'))
    await eventually('the second is there', () => b.intent.revision(second.id))
    await eventually('the register is there', () => b.intent.register(a.self, 'task/shop.web.0.7'))
  })

  for (const count of [2, 5]) {
    it(`${count}, that edit while they are cut off, hold the same once they hear each other`, async () => {
      const all = await start(count)
      members.network.cut(...idsOf(all).map((self) => [self]))
      for (const [at, member] of all.entries()) {
        await writeSpec(member, 'web', `nginx:${at}`)
        await writeSpec(member, `own-${at}`)
        member.intent.setRegister(`task/shop.own-${at}.0.7`, fromString('running'))
      }
      await eventually('each has written', () => all.every(({ intent }) => intent.registers('').length === 1))
      members.network.heal()
      await converged(all)
      for (const { intent } of all) {
        assert.equal(intent.pending({ objects: new Map(), edges: new Set<string>() }).length, 2 * count)
        assert.equal(intent.registers('task/').length, count)
      }
    })
  }

  it('bring a newcomer up to date, also with more than fits into one answer', async function () {
    this.timeout(60_000)
    const [a] = await start(1)
    assert.ok(a)
    const large = 'x'.repeat(30_000)
    for (let at = 0; at < 60; at++) {
      await a.intent.write({
        object: `service/shop/web-${at}`,
        body: {
          type: 'spec',
          spec: {
            kind: 'service',
            name: `web-${at}`,
            project: 'shop',
            image: 'nginx',
            command: null,
            environment: { LARGE: large },
            ports: [],
            replicas: 1,
            restart: 'always',
            process: null,
          },
        },
        parents: [],
        via: 'cli',
      })
    }
    for (let at = 0; at < 40; at++)
      a.intent.setRegister(`task/shop.web.${at}.7`, new Uint8Array(40_000).fill(at))
    const newcomer = await members.add()
    await converged([a, newcomer])
    assert.equal(newcomer.intent.pending({ objects: new Map(), edges: new Set<string>() }).length, 60)
  })

  it('come to hold all of a bucket that no answer holds', async () => {
    const [hoarder] = await start(1)
    assert.ok(hoarder)
    const writer = newAuthor()
    const records: Uint8Array[] = []
    const index = createBucketIndex()
    for (let at = 0; records.length <= SYNC_NAMES_MAX; at++) {
      const content = { node: writer.node, key: `task/${at}`, epoch: 1, sequence: 1, value: Uint8Array.of() }
      const name = registerName(content)
      index.set(name, new Uint8Array(16))
      if (index.items(0).has(name)) records.push((await createRegister(content, writer.sign)).bytes)
      index.delete(name)
    }
    const { messages } = members.network.join(writer.node)
    for (const group of groupRecords(records, SYNC_GOSSIP_BYTES_MAX))
      messages.send(
        hoarder.self,
        PROTOCOLS.hints,
        syncHintCodec.encode({ type: 'registers', records: group }),
      )
    await eventually('one has them', () => hoarder.intent.registers('').length === records.length)
    members.network.leave(writer.node)
    const other = await members.add()
    await converged([hoarder, other])
    assert.equal(other.intent.registers('').length, records.length)
  })

  it('keep everything when all are restarted at once', async () => {
    const all = await start(3)
    const [a, b, c] = all
    assert.ok(a && b && c)
    const revision = await writeSpec(a, 'web')
    b.intent.setRegister('task/shop.web.0.7', fromString('running'))
    await converged(all)
    await eventually('all have it', () =>
      all.every(({ intent }) => intent.register(b.self, 'task/shop.web.0.7')),
    )
    for (const member of all) await members.stop(member)
    for (const member of all) await members.restart(member)
    assert.ok(all.every(({ intent }) => intent.revision(revision.id)))
    assert.ok(all.every(({ intent }) => intent.register(b.self, 'task/shop.web.0.7')))
    await converged(all)
  })
})
