import assert from 'node:assert/strict'
import { createSnapshotTaking } from '../../../node/consensus/snapshot-taking.ts'
import { generateIdentity } from '../../../node/network/index.ts'
import { SNAPSHOT_PIECE_BYTES_MAX } from '../../../protocols/consensus/index.ts'
import { eventually } from '../../support/eventually.ts'
import { scratchDir } from '../../support/scratch.ts'
import { utf8 } from '../network/nodes.ts'
import {
  connect,
  leaderOf,
  leads,
  type MeshNode,
  settledVoters,
  startMesh,
  startNode,
  stopAll,
} from './consensus-mesh.ts'

const IN_TIME = { timeoutMs: 20_000 }
/** A snapshot of three pieces, after each ten entries. */
const snapshots = { entries: 10, bytes: 2.5 * SNAPSHOT_PIECE_BYTES_MAX }

const decide = async ({ consensus }: MeshNode, count: number): Promise<void> => {
  for (let number = 0; number < count; number++) await consensus.propose(utf8(`${number}`), IN_TIME)
}

const knowsAll = (node: MeshNode, other: MeshNode): Promise<boolean> =>
  eventually('it knows all', () => node.decided.length === other.decided.length)

describe('nodes that cut their logs off', () => {
  afterEach(stopAll)

  it('bring a voter back that was away for long', async () => {
    const scratch = await scratchDir()
    try {
      const nodes = await startMesh(2, 1, { snapshots })
      const identity = generateIdentity()
      const away = await startNode({ snapshots, identity, dataDir: scratch.path })
      const three = [...nodes, away]
      await connect(three)
      const [founder] = nodes as [MeshNode, MeshNode]
      founder.consensus.changeVoters(three.map(({ consensus }) => consensus.self))
      await eventually('all three vote', () => settledVoters(founder)?.length === 3)
      const had = away.consensus.view().commitIndex
      await away.kill()
      await decide(await leaderOf(nodes), 40)
      const back = await startNode({ snapshots, identity, dataDir: scratch.path })
      await connect([...nodes, back])
      await knowsAll(back, founder)
      assert.deepEqual(back.decided, founder.decided)
      const at = back.installed.at(-1) ?? assert.fail('it got a snapshot')
      assert.ok(at > had)
      await eventually('it is stored', async () => (await back.store.load()).snapshot?.index === at)
      await back.kill()
    } finally {
      await scratch.remove()
    }
  })

  it('let one that follows their log start from a snapshot', async () => {
    const founder = await startNode({ founding: true, snapshots })
    await decide(founder, 35)
    const newcomer = await startNode({ snapshots })
    await connect([founder, newcomer])
    await knowsAll(newcomer, founder)
    assert.deepEqual(newcomer.decided, founder.decided)
    assert.equal(newcomer.installed.length, 1)
    await decide(founder, 5)
    await knowsAll(newcomer, founder)
  })

  it('make voters of newcomers who know nothing', async () => {
    const founder = await startNode({ founding: true, snapshots })
    await decide(founder, 35)
    const others = [await startNode({ snapshots }), await startNode({ snapshots })]
    await connect([founder, ...others])
    founder.consensus.changeVoters([founder, ...others].map(({ consensus }) => consensus.self))
    await eventually('all three vote', () => settledVoters(founder)?.length === 3)
    await founder.stop()
    const leader = await leaderOf(others)
    await decide(leader, 3)
    for (const other of others) await knowsAll(other, leader)
    assert.equal(leader.decided.length, 38)
  })

  it('start again from the snapshot and what came after it', async () => {
    const scratch = await scratchDir()
    try {
      const life = { dataDir: scratch.path, identity: generateIdentity(), founding: true, snapshots }
      const before = await startNode(life)
      await decide(before, 25)
      const told = [...before.decided]
      await before.stop()
      const after = await startNode(life)
      await eventually('it leads again', () => leads(after))
      await eventually('it knows all', () => after.decided.length === told.length)
      assert.deepEqual(after.decided, told)
      assert.equal(after.installed.length, 1)
      assert.ok((after.indexes[0] ?? 0) > (after.installed[0] ?? 0))
      await after.stop()
    } finally {
      await scratch.remove()
    }
  })

  it('start from a log that was never cut off, and cut it off', async () => {
    const scratch = await scratchDir()
    try {
      const life = { dataDir: scratch.path, identity: generateIdentity(), founding: true }
      const before = await startNode(life)
      await decide(before, 25)
      await before.stop()
      assert.equal(before.installed.length, 0)
      const after = await startNode({ ...life, snapshots })
      await eventually('it is cut off', async () => ((await after.store.load()).snapshot?.index ?? 0) > 20)
      assert.deepEqual(after.decided, before.decided)
      await after.stop()
    } finally {
      await scratch.remove()
    }
  })
})

describe('when a snapshot is due', () => {
  const entries = (count: number, bytes: number) =>
    Array.from({ length: count }, (_, at) => ({
      index: at + 1,
      term: 1,
      kind: 'decision' as const,
      data: new Uint8Array(bytes),
    }))

  it('is after so many entries or so many bytes, and never before the log outgrew the last one', () => {
    const taking = createSnapshotTaking({ entries: 10, bytes: 1_000, keepEntries: 0 })
    taking.committed(entries(9, 1))
    assert.equal(taking.isDue(), false)
    taking.committed(entries(1, 1))
    assert.equal(taking.isDue(), true)
    taking.taken(5_000)
    taking.committed(entries(2, 1_000))
    assert.equal(taking.isDue(), false)
    taking.committed(entries(3, 1_000))
    assert.equal(taking.isDue(), true)
  })
})
