import assert from 'node:assert/strict'
import fc from 'fast-check'
import { backoffMs } from '../../../node/network/backoff.ts'
import { generateIdentity } from '../../../node/network/index.ts'
import { DIAL_BACKOFF_CEILING_MS, DIAL_BACKOFF_FLOOR_MS } from '../../../node/network/limits.ts'
import type { RecordChange, RecordStore } from '../../../node/ports/storage.ts'
import { eventually } from '../../support/eventually.ts'
import { isConnected, makeMesh, startNode, stopAll, stopNode } from './nodes.ts'

/** Records in memory; the store's own tests hold the real one to the port. */
const createRecords = (): RecordStore & { readonly kept: Map<string, Uint8Array> } => {
  const kept = new Map<string, Uint8Array>()
  return {
    kept,
    get: async (key) => kept.get(key) ?? null,
    getNow: (key) => kept.get(key) ?? null,
    write: async (changes: readonly RecordChange[]) => {
      for (const { key, value } of changes) value === null ? kept.delete(key) : kept.set(key, value)
    },
    entries: async function* () {
      yield* kept
    },
    pages: async function* () {
      yield [...kept]
    },
  }
}

describe('network: the roster', () => {
  afterEach(stopAll)

  it('connects two members when either knows where the other is', async () => {
    const nodes = [await startNode(), await startNode()].sort((a, b) =>
      a.connections.self < b.connections.self ? -1 : 1,
    )
    const members = new Set(nodes.map(({ connections }) => connections.self))
    for (const [knows, known] of [nodes, nodes.toReversed()]) {
      assert(knows && known)
      knows.connections.learn(known.connections.self, known.connections.addresses())
      for (const { connections } of nodes) connections.setMembers(members)
      await eventually('the connection', () => isConnected(knows, known) && isConnected(known, knows))
      for (const { connections } of nodes) connections.setMembers(new Set())
      await eventually('the end of it', () => !isConnected(knows, known) && !isConnected(known, knows))
    }
  })

  it('finds a member again that restarts on another port, once the new address is learned', async () => {
    const privateKey = generateIdentity()
    const [a, b] = [await startNode(), await startNode({ privateKey })]
    makeMesh([a, b])
    await eventually('the first connection', () => isConnected(a, b) && isConnected(b, a))
    await stopNode(b)
    await eventually('the loss is seen', () => a.connections.connected().length === 0)

    const again = await startNode({ privateKey })
    again.connections.setMembers(new Set([a.connections.self, b.connections.self]))
    a.connections.learn(b.connections.self, again.connections.addresses())
    await eventually('the second connection', () => isConnected(a, again) && isConnected(again, a))
  })

  it('finds the others after a restart by what it kept', async () => {
    const records = createRecords()
    const privateKey = generateIdentity()
    const [a, b] = [await startNode({ privateKey }, { records }), await startNode()]
    makeMesh([a, b])
    await eventually('the first connection', () => isConnected(a, b))
    await stopNode(a)
    assert(records.kept.has(b.connections.self))

    const again = await startNode({ privateKey }, { records })
    again.connections.setMembers(new Set([a.connections.self, b.connections.self]))
    await eventually('the second connection', () => isConnected(again, b))
  })

  it('skips kept addresses that cannot be read', async () => {
    const records = createRecords()
    records.kept.set('nonsense', new Uint8Array([1, 2, 3]))
    await startNode({}, { records })
  })

  it('survives malformed, foreign and too many addresses', async () => {
    const [a, b] = [await startNode(), await startNode()]
    const noise = Array.from({ length: 100 }, (_, index) => `/ip4/127.0.0.1/tcp/${index + 1}`)
    a.connections.learn(b.connections.self, ['nonsense', '/ip4/1.2.3.4/udp/5', ...noise])
    a.connections.learn(b.connections.self, b.connections.addresses())
    const members = new Set([a.connections.self, b.connections.self])
    a.connections.setMembers(members)
    b.connections.setMembers(members)
    await eventually('the connection', () => isConnected(a, b))
  })

  it('is not fooled by another node at the address', async () => {
    const [a, b, c] = [await startNode(), await startNode(), await startNode()]
    a.connections.learn(b.connections.self, c.connections.addresses())
    const members = new Set([a.connections.self, b.connections.self])
    a.connections.setMembers(members)
    const asked = a.streams.openStream(b.connections.self, '/coterie/logs/1', { timeoutMs: 5_000 })
    await assert.rejects(asked, { code: 'peerUnreachable' })
    assert.deepEqual(a.connections.connected(), [])
  })

  it('waits between the floor and a bound that doubles up to the ceiling', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, chance) => {
          const waitMs = backoffMs(failures, () => chance)
          assert(waitMs >= DIAL_BACKOFF_FLOOR_MS && waitMs <= DIAL_BACKOFF_CEILING_MS)
          assert(waitMs <= DIAL_BACKOFF_FLOOR_MS * 2 ** failures)
        },
      ),
    )
  })
})
