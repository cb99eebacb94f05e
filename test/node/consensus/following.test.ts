import { deepEqual, equal, ok } from 'node:assert/strict'
import { createLogServing } from '../../../node/consensus/log-serving.ts'
import { generateIdentity } from '../../../node/network/index.ts'
import type { FrameStream, Streams } from '../../../node/ports/network.ts'
import {
  ENTRIES_PER_APPEND_MAX,
  followRequestCodec,
  type LogEntry,
} from '../../../protocols/consensus/index.ts'
import { eventually } from '../../support/eventually.ts'
import { scratchDir } from '../../support/scratch.ts'
import { realClock, utf8 } from '../network/nodes.ts'
import {
  connect,
  leads,
  type MeshNode,
  settledVoters,
  startMesh,
  startNode,
  stopAll,
} from './consensus-mesh.ts'

const IN_TIME = { timeoutMs: 20_000 }

const decide = async ({ consensus }: MeshNode, count: number): Promise<void> => {
  await Promise.all(
    Array.from({ length: count }, (_, number) => consensus.propose(utf8(`${number}`), IN_TIME)),
  )
}

describe('following the log', () => {
  afterEach(stopAll)

  it('a member that does not vote knows every decision, and may propose', async () => {
    const nodes = await startMesh(4, 3)
    const [founder, , , member] = nodes as [MeshNode, MeshNode, MeshNode, MeshNode]
    await decide(founder, 50)
    await eventually('the member knows all', () => member.decided.length === 50)
    deepEqual(member.decided, founder.decided)
    await member.consensus.propose(utf8('from a member'), IN_TIME)
    await eventually('it hears of its own', () => member.decided.at(-1) === 'from a member')
    equal(member.consensus.view().configuration.voters.includes(member.consensus.self), false)
  })

  it('a newcomer gets a log of many batches', async () => {
    const founder = await startNode({ founding: true })
    await decide(founder, 3 * ENTRIES_PER_APPEND_MAX)
    const newcomer = await startNode()
    await connect([founder, newcomer])
    await eventually('the newcomer knows all', () => newcomer.decided.length === founder.decided.length)
    deepEqual(newcomer.indexes, founder.indexes)
  })

  it('goes on from another voter when the one it follows dies', async () => {
    const nodes = await startMesh(4, 3)
    const [founder, second, third, member] = nodes as [MeshNode, MeshNode, MeshNode, MeshNode]
    await decide(founder, 5)
    await eventually('the member knows all', () => member.decided.length === 5)
    await founder.kill()
    await eventually('another leads', () => leads(second) || leads(third))
    await decide(second, 5)
    await eventually('the member knows more', () => member.decided.length === 10)
  })

  it('a voter that is voted out goes on knowing what is decided', async () => {
    const nodes = await startMesh(4, 3)
    const [founder, second, third, fourth] = nodes as [MeshNode, MeshNode, MeshNode, MeshNode]
    founder.consensus.changeVoters([founder, second, fourth].map(({ consensus }) => consensus.self))
    await eventually('the change is over', () => settledVoters(founder)?.includes(fourth.consensus.self))
    await decide(founder, 5)
    await eventually('it knows', () => third.decided.length === 5)
  })

  it('tells a restarted node everything once, in order, from the first entry', async () => {
    const scratch = await scratchDir()
    try {
      const restarted = { dataDir: scratch.path, identity: generateIdentity(), founding: true }
      const before = await startNode(restarted)
      await decide(before, 20)
      const told = [...before.decided]
      await before.stop()
      const after = await startNode(restarted)
      await eventually('it leads again', () => leads(after))
      await decide(after, 1)
      deepEqual(after.decided.slice(0, 20), told)
      ok(after.indexes.every((index, at) => index === at + 1))
      await after.stop()
    } finally {
      await scratch.remove()
    }
  })

  it('keeps one batch for a follower that never reads', async () => {
    const entries: LogEntry[] = Array.from({ length: 10_000 }, (_, at) => ({
      index: at + 1,
      term: 1,
      kind: 'decision',
      data: new Uint8Array(100),
    }))
    const { promise: handler, resolve: handle } =
      Promise.withResolvers<Parameters<Streams['handleStream']>[1]>()
    const { promise: never } = Promise.withResolvers<never>()
    const { promise: firstWrite, resolve: onWrite } = Promise.withResolvers<void>()
    let written = 0
    const frames = [followRequestCodec.encode({ afterIndex: 0 })]
    const stream: FrameStream = {
      peer: 'stuck',
      read: () => Promise.resolve(frames.shift() ?? never),
      write: () => {
        written += 1
        onWrite()
        return never
      },
      close: () => Promise.resolve(),
      abort: () => {},
    }
    const serving = createLogServing({
      streams: { openStream: () => never, handleStream: (_, given) => handle(given) },
      clock: realClock,
      log: {
        commitIndex: () => entries.length,
        leader: () => null,
        generation: () => null,
        isOver: () => false,
        snapshotBefore: () => null,
        committedFrom: (from, { entriesMax }) => entries.slice(from - 1, from - 1 + entriesMax),
      },
    })
    serving.handleStreams()
    void (await handler)(stream)
    await firstWrite
    serving.wake()
    await new Promise((resolve) => setImmediate(resolve))
    equal(written, 1)
    serving.stop()
  })
})
