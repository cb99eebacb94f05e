/** Messages of consensus, and batches of the log, into a real machine that is made follower, candidate or leader first. */
import type { Random } from '../../../node/ports/clock.ts'
import { chance, pick } from '../../../node/simulation/random.ts'
import {
  type ConsensusMessage,
  configurationCodec,
  consensusMessageCodec,
  followBatchCodec,
  type LogEntry,
  type SnapshotPiece,
} from '../../../protocols/consensus/index.ts'
import { NODE_PATTERN, NODES, SELF } from '../authors.ts'
import { assertRoundTrip, type FrameSource, frameFrom } from '../frames.ts'
import { boundsIn, bytesOf, integer, valueFor } from '../schema-values.ts'
import type { Target } from '../target.ts'
import { type Tree, treeOf } from '../tree.ts'
import { ConsensusMachine, VOTERS } from './consensus-machine.ts'

const words = new Map([[NODE_PATTERN, NODES]])
const PEERS = NODES.filter((node) => node !== SELF.node)

const configurationData = (random: Random): Uint8Array =>
  configurationCodec.encode({
    voters: pick(random, [VOTERS, VOTERS.slice(0, 1), NODES.slice(0, 5)]),
    votersOutgoing: pick(random, [[], VOTERS]),
    learners: pick(random, [[], NODES.slice(5)]),
  })

/** Entries as a leader would send them after (`prevIndex`, `prevTerm`). */
const entriesAfter = (random: Random, prevIndex: number, term: number): LogEntry[] =>
  Array.from({ length: integer(random, 3) }, (_, at) => {
    const kind = pick(random, ['noop', 'decision', 'decision', 'configuration'] as const)
    const data = kind === 'configuration' ? configurationData(random) : bytesOf(random, integer(random, 20))
    return { index: prevIndex + 1 + at, term, kind, data }
  })

/** An append near the place where the log of `machine` ends. */
const appendFor = (random: Random, machine: ConsensusMachine): ConsensusMessage => {
  const { term, log, commitIndex } = machine.state
  const newTerm = term + integer(random, 1)
  const prevIndex = Math.max(0, log.lastIndex - integer(random, 3))
  return {
    type: 'append',
    term: newTerm,
    prevIndex,
    prevTerm: log.termAt(prevIndex) ?? 0,
    entries: entriesAfter(random, prevIndex, newTerm),
    commitIndex: commitIndex + integer(random, 2),
    round: integer(random, 4),
  }
}

const SNAPSHOT_BYTES = 60

/** A piece of one of a few snapshots, at a place where a piece may begin. */
const pieceFor = (random: Random, machine: ConsensusMachine): SnapshotPiece => {
  const { commitIndex, log, term } = machine.state
  const offset = 20 * integer(random, 2)
  return {
    index: Math.max(1, commitIndex + integer(random, 4) - 1),
    term: log.termAt(commitIndex) ?? term,
    configuration: { voters: VOTERS, votersOutgoing: [], learners: [] },
    offset,
    bytes: SNAPSHOT_BYTES,
    data: new Uint8Array(pick(random, [20, SNAPSHOT_BYTES - offset])),
  }
}

const messageFor = (random: Random, machine: ConsensusMachine): Tree => {
  const ratio = random()
  if (ratio < 0.3) return treeOf(appendFor(random, machine))
  const { term } = machine.state
  if (ratio < 0.4) return treeOf({ type: 'snapshotPiece', term, piece: pieceFor(random, machine) })
  const message = valueFor(random, consensusMessageCodec.schema, words) as ConsensusMessage
  return treeOf(chance(random, 0.6) ? { ...message, term: term + integer(random, 1) } : message)
}

/** After a message, what a node does of its own accord: wakes up, proposes, reads, compacts. */
const live = (random: Random, machine: ConsensusMachine): void => {
  machine.wake(random)
  const ratio = random()
  const { commitIndex } = machine.state
  if (ratio < 0.05) machine.step({ type: 'propose', proposals: [{ proposalId: 1, data: new Uint8Array(9) }] })
  else if (ratio < 0.08) machine.step({ type: 'read', readId: 1 })
  else if (ratio < 0.1)
    machine.step({ type: 'changeVoters', voters: pick(random, [VOTERS, NODES.slice(0, 5)]) })
  else if (ratio < 0.12) machine.step({ type: 'transferLeadership', to: pick(random, VOTERS) })
  else if (ratio < 0.16)
    machine.step({
      type: 'compact',
      index: commitIndex,
      data: new Uint8Array(50),
      keepEntries: integer(random, 3),
    })
}

export const consensusTarget: Target = {
  name: 'consensus',
  codes: ['malformedMessage'],
  open: (random) => {
    const machine = new ConsensusMachine(random)
    const source: FrameSource = {
      bounds: boundsIn(consensusMessageCodec.schema),
      valid: (own) => messageFor(own, machine),
    }
    return {
      make: (own) => frameFrom(own, source),
      take: (frame) => {
        const message = consensusMessageCodec.decode(frame)
        assertRoundTrip(consensusMessageCodec, message)
        machine.step({ type: 'received', from: pick(random, PEERS), message })
        live(random, machine)
      },
      fingerprint: () => machine.fingerprint,
    }
  },
}

const batchFor = (random: Random, machine: ConsensusMachine): Tree => {
  const { commitIndex, term } = machine.state
  const from = Math.max(0, commitIndex - integer(random, 1))
  const batch = {
    entries: entriesAfter(random, from, term + integer(random, 1)),
    commitIndex: from + integer(random, 4),
    leader: pick(random, [null, ...NODES]),
  }
  const piece = chance(random, 0.2) ? { entries: [], snapshot: pieceFor(random, machine) } : {}
  return treeOf(
    chance(random, 0.8) ? { ...batch, ...piece } : valueFor(random, followBatchCodec.schema, words),
  )
}

/** A batch goes the way that a follower takes it: entries, or a piece of what stands for them. */
export const followBatchTarget: Target = {
  name: 'follow-batch',
  codes: ['malformedMessage'],
  open: (random) => {
    const machine = new ConsensusMachine(random)
    const source: FrameSource = {
      bounds: boundsIn(followBatchCodec.schema),
      valid: (own) => batchFor(own, machine),
    }
    return {
      make: (own) => frameFrom(own, source),
      take: (frame) => {
        const batch = followBatchCodec.decode(frame)
        assertRoundTrip(followBatchCodec, batch)
        machine.follow(batch)
        machine.wake(random)
      },
      fingerprint: () => machine.fingerprint,
    }
  },
}
