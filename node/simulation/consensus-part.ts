import {
  type ConsensusMessage,
  type ConsensusNotice,
  type ConsensusState,
  type ConsensusTimings,
  createConsensus,
  ENTRIES_PER_APPEND_MAX,
  type LogEntry,
  step,
} from '../../protocols/consensus/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { createInterpreter, createTimers, type Interpreter } from '../consensus/index.ts'
import type { SimulatedDisk } from './disk.ts'
import type { Durable } from './durable.ts'
import type { Host, Part } from './node.ts'
import { pick } from './random.ts'

/** The machine under test; tests put one with a planted bug in its place. */
export interface ConsensusMachine {
  readonly create: typeof createConsensus
  readonly step: typeof step
}

export const CONSENSUS_MACHINE: ConsensusMachine = { create: createConsensus, step }

/** A node to which no leader sent anything for so long asks somebody for what is committed, and again. */
const FOLLOW_MS = 500

/** Between the parts of two nodes. The last two stand for the stream on which a log is followed. */
export type ConsensusPartMessage =
  | ConsensusMessage
  | { readonly type: 'follow'; readonly afterIndex: number }
  | { readonly type: 'followed'; readonly entries: readonly LogEntry[]; readonly commitIndex: number }

export interface ConsensusPart extends Part<ConsensusPartMessage> {
  /** Whether the node believes to lead; false while it is down. */
  leads(): boolean
  commitIndex(): number
  propose(data: Uint8Array): void
  /** Asks how far the log is committed; `readId` is unique in the whole run. */
  read(readId: number): void
  changeVoters(voters: readonly NodeId[]): void
  transfer(to: NodeId): void
}

export interface ConsensusPartInit {
  readonly machine: ConsensusMachine
  readonly disk: SimulatedDisk<Durable, Durable>
  readonly timings: ConsensusTimings
  readonly nodes: readonly NodeId[]
}

/** What is in memory for one life. */
interface Life {
  readonly host: Host<ConsensusPartMessage>
  readonly interpreter: Interpreter
  readonly committed: LogEntry[]
  leads: boolean
  /** By the node's clock. */
  lastAppendMs: number
}

export const createConsensusPart = (init: ConsensusPartInit): ConsensusPart => {
  const { machine, disk, timings, nodes } = init
  let life: Life | null = null
  let lastProposalId = 0

  const notify = (host: Host<ConsensusPartMessage>, notice: ConsensusNotice): void => {
    if (life === null) return
    const node = host.self
    if (notice.type === 'roleChanged') {
      const { role, term, leader } = notice
      life.leads = role === 'leader'
      host.observe({ type: 'role', node, role, term, leader })
    }
    if (notice.type === 'readReady') {
      const { readId, index } = notice
      host.observe({ type: 'answered', node, readId, index })
    }
    if (notice.type === 'committed') {
      const { entries, commitIndex } = notice
      life.committed.push(...entries)
      host.observe({ type: 'committed', node, entries, commitIndex })
    }
  }

  const interpreterOf = (host: Host<ConsensusPartMessage>): Interpreter => {
    const { hardState, entries } = disk.content
    const node = host.self
    let state: ConsensusState = machine.create({ self: node, timings, hardState, entries })
    const timers = createTimers(host.after, (timer, token) =>
      interpreter.push({ type: 'timer', timer, token }),
    )
    const interpreter = createInterpreter({
      step: (event) => {
        const next = machine.step(state, event, { nowMs: host.nowMs(), random: host.random })
        state = next.state
        return next.effects
      },
      persist: (change, done) => {
        const finish = (error: Error | null): void => {
          if (error === null) host.observe({ type: 'stored', node, ...change })
          done(error)
        }
        disk.write(change, host.whileAlive(finish))
      },
      send: ({ to, message }) => {
        host.observe({ type: 'sent', node, to, message })
        host.send(to, message)
      },
      schedule: timers.set,
      notify: (notice) => notify(host, notice),
      onFailed: (error) => {
        host.observe({ type: 'ended', node, error })
        host.die()
      },
    })
    return interpreter
  }

  const follow = (host: Host<ConsensusPartMessage>): void => {
    if (life !== null && !life.leads && host.nowMs() - life.lastAppendMs >= FOLLOW_MS) {
      const others = nodes.filter((node) => node !== host.self)
      host.send(pick(host.random, others), { type: 'follow', afterIndex: life.committed.length })
    }
    host.after(FOLLOW_MS, () => follow(host))
  }

  const receive = (life: Life, from: NodeId, message: ConsensusPartMessage): void => {
    const { host, interpreter, committed } = life
    if (message.type === 'follow') {
      const { afterIndex } = message
      const entries = committed.slice(afterIndex, afterIndex + ENTRIES_PER_APPEND_MAX)
      const commitIndex = afterIndex + entries.length
      if (entries.length > 0) host.send(from, { type: 'followed', entries, commitIndex })
    } else if (message.type === 'followed') {
      interpreter.push(message)
    } else {
      if (message.type === 'append') life.lastAppendMs = host.nowMs()
      interpreter.push({ type: 'received', from, message })
    }
  }

  /** What is asked of a paused node waits there. */
  const ask = (task: (life: Life) => void): void => {
    const asked = life
    asked?.host.whileAlive(() => task(asked))()
  }

  return {
    start: (host) => {
      const interpreter = interpreterOf(host)
      life = { host, interpreter, committed: [], leads: false, lastAppendMs: host.nowMs() }
      interpreter.push({ type: 'started' })
      if (nodes.length > 1) follow(host)
    },
    receive: (from, message) => {
      if (life !== null) receive(life, from, message)
    },
    crash: () => {
      life?.interpreter.stop()
      life = null
      disk.crash()
    },
    leads: () => life?.leads ?? false,
    commitIndex: () => life?.committed.length ?? 0,
    propose: (data) => {
      lastProposalId += 1
      const proposal = { proposalId: lastProposalId, data }
      ask(({ interpreter }) => interpreter.propose(proposal))
    },
    read: (readId) =>
      ask(({ host, interpreter }) => {
        host.observe({ type: 'asked', node: host.self, readId })
        interpreter.push({ type: 'read', readId })
      }),
    changeVoters: (voters) => ask(({ interpreter }) => interpreter.push({ type: 'changeVoters', voters })),
    transfer: (to) => ask(({ interpreter }) => interpreter.push({ type: 'transferLeadership', to })),
  }
}
