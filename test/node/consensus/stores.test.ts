import assert from 'node:assert/strict'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { generateIdentity } from '../../../node/network/index.ts'
import { eventually } from '../../support/eventually.ts'
import { scratchDir } from '../../support/scratch.ts'
import { utf8 } from '../network/nodes.ts'
import {
  connect,
  leaderOf,
  type MeshNode,
  settledVoters,
  startMesh,
  startNode,
  stopAll,
} from './consensus-mesh.ts'

const IN_TIME = { timeoutMs: 20_000 }

/** The store that is named for `node`, as `other` knows. */
const namedFor = (node: MeshNode, other: MeshNode): string | undefined =>
  other.consensus.view().configuration.stores?.[node.consensus.self]

describe('a voter whose store is not the one that voted', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>
  beforeEach(async () => {
    scratch = await scratchDir()
  })
  afterEach(async () => {
    await stopAll()
    await scratch.remove()
  })

  const there = () => join(scratch.path, 'there')
  const life = { identity: generateIdentity() }

  /** Three voters with named stores, the last of them in a directory of its own. */
  const startThree = async (): Promise<MeshNode[]> => {
    const two = await startMesh(2, 1)
    const last = await startNode({ ...life, dataDir: there() })
    const three = [...two, last]
    await connect(three)
    const [founder] = three as [MeshNode]
    founder.consensus.changeVoters(three.map(({ consensus }) => consensus.self))
    await eventually('all vote', () => settledVoters(founder)?.length === 3)
    await eventually('all have names', () => three.every((node) => namedFor(node, founder) !== undefined))
    return three
  }

  for (const [what, dataDir, change] of [
    ['is blank', there, () => rm(join(there(), 'store'), { recursive: true })],
    [
      'is a copy',
      () => join(scratch.path, 'copy'),
      () => cp(there(), join(scratch.path, 'copy'), { recursive: true }),
    ],
  ] as const) {
    it(`because it ${what} catches up first, and votes then`, async () => {
      const [founder, second, last] = (await startThree()) as [MeshNode, MeshNode, MeshNode]
      await founder.consensus.propose(utf8('before'), IN_TIME)
      const before = namedFor(last, founder)
      await last.kill()
      await change()
      const back = await startNode({ ...life, dataDir: dataDir() })
      assert.notEqual(back.store.stamp?.id, before)
      await connect([founder, second, back])
      await eventually('its vote is given to that store', () => {
        const view = founder.consensus.view()
        const names = [view.configuration.stores, view.configuration.storesOutgoing]
        return names[0]?.[back.consensus.self] === back.store.stamp?.id && names[1] === undefined
      })
      await eventually('it knows', () => !back.consensus.view().isObserver)
      await founder.stop()
      const leader = await leaderOf([second, back])
      await leader.consensus.propose(utf8('after'), IN_TIME)
      assert.deepEqual(leader.decided, ['before', 'after'])
    })
  }
})
