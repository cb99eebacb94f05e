import { VERSION } from '../../protocols/control/index.ts'
import type { TaskId } from '../../protocols/decisions/index.ts'
import { numberOf } from '../../protocols/generations/index.ts'
import { nodeRegister, taskRegister } from '../../protocols/spec/index.ts'
import type { TaskStatus } from '../../protocols/tasks/index.ts'
import { rangeOf, tellRange } from '../../protocols/versions/index.ts'
import type { NodeId } from '../../protocols/wire/index.ts'
import { createAcceptance } from '../acceptance/index.ts'
import { createAgent } from '../agent/index.ts'
import { createLeases } from '../leases/index.ts'
import type { Runtime } from '../ports/runtime.ts'
import { createScheduler } from '../scheduler/index.ts'
import { createVersionKeeper } from '../versions/index.ts'
import { createLeadership } from './leadership.ts'
import { nodeProfileCodec, type Observed, recordsChange, taskStatusCodec } from './observed.ts'
import type { Outside } from './outside.ts'
import { followOwnTasks } from './own-tasks.ts'
import type { Planes } from './planes.ts'
import { schedulerNodes } from './scheduler-nodes.ts'

/** How long one attempt to prove how far the log goes may take, and the pause before the next. */
const CATCH_UP_TIMEOUT_MS = 5_000
const CATCH_UP_RETRY_MS = 500

/** What carries decisions out: acceptance and scheduling while this node leads, the agent always. Not yet started. */
export const openWork = (outside: Outside, planes: Planes, runtimes: readonly Runtime[]) => {
  const { clock, random, logger, store, network } = outside
  const { consensus, decisions, membership, intent, observed } = planes
  const { self } = network.connections
  const leadership = createLeadership(consensus, decisions)
  const { view, onApplied, onRestored, onBatch } = decisions
  const leaders = { view, onApplied, onRestored, onBatch, decide: leadership.decide }

  const acceptance = createAcceptance({
    leadership,
    intent: {
      pending: (view) => intent.pending(view),
      refused: (view) => intent.refused(view),
      trimmable: (view) => intent.trimmable(view),
      onChange: (listener) =>
        intent.onChange(({ revisions }) => {
          if (revisions.length > 0) listener()
        }),
    },
    decisions: leaders,
    clock,
    logger: logger.child({ part: 'acceptance' }),
  })
  const leases = createLeases({
    channel: outside.channels.leases,
    connections: network.connections,
    consensus,
    leadership,
    decisions,
    guard: (guard) => agent.guard(guard),
    clock,
    random,
    logger: logger.child({ part: 'leases' }),
  })
  const nodes = () => schedulerNodes(self, decisions.view, membership.members(), observed)
  const scheduler = createScheduler({
    leadership,
    decisions: leaders,
    records: {
      specOf: (revision) => intent.resolveSpec(revision),
      statusOf: observed.statusOfTask,
      onChange: (listener) => intent.onChange((change) => listener(recordsChange(change))),
    },
    leases: leases.granted,
    members: { nodes, onChange: (listener) => membership.onChange(listener) },
    clock,
    logger: logger.child({ part: 'scheduler' }),
  })

  const agent = createAgent({
    runtimes,
    leases: leases.held,
    watchdog: outside.watchdog,
    clock,
    random,
    records: store.records('agent'),
    logger: logger.child({ part: 'agent' }),
  })
  const versions = createVersionKeeper({
    leadership,
    decisions: {
      ...leaders,
      get halt() {
        return decisions.halt
      },
    },
    members: {
      supportedBy: (node) => {
        const profile = observed.profileOf(node)
        return profile === null ? null : rangeOf(profile)
      },
      silentMs: planes.silentMs,
      onChange: (listener) => intent.onChange(listener),
    },
    consensus: { successors: () => successorsOf(planes, observed), transfer: consensus.transfer },
    clock,
    logger: logger.child({ part: 'versions' }),
  })
  return { observed, leadership, acceptance, nodes, scheduler, versions, leases, agent }
}

/** Voters that could lead in this node's place; empty where it does not lead. */
const successorsOf = ({ consensus, isAlive }: Planes, observed: Observed): NodeId[] => {
  const { role, configuration } = consensus.view()
  if (role !== 'leader') return []
  return configuration.voters.filter(
    (voter) => voter !== consensus.self && isAlive(voter) && observed.profileOf(voter)?.halted !== true,
  )
}

export type Work = ReturnType<typeof openWork>

/** Gives the agent what the log gives to this node, and the registers what the agent and this node say. */
export const followWork = (outside: Outside, planes: Planes, work: Work): void => {
  const { nodeName, versions, network, clock, machine, shutdown, logger } = outside
  const { consensus, decisions, intent } = planes
  const { agent } = work
  const { self } = network.connections
  /** How far the log was proven to go, in which generation of it. */
  let proven: { readonly index: number; readonly generation: number } | null = null
  let isProving = false
  let stopped = false
  const generation = () => numberOf(consensus.view().generation)
  const isProven = () => proven?.generation === generation()

  const own = followOwnTasks(self, decisions, intent)
  let toldCaughtUp: boolean | null = null
  const desire = () => {
    const caughtUp = proven !== null && isProven() && decisions.view.appliedIndex >= proven.index
    if (caughtUp === toldCaughtUp && !own.haveChanged()) return
    toldCaughtUp = caughtUp
    agent.setDesired(own.take(), caughtUp)
  }
  decisions.onBatch(() => {
    desire()
    void catchUp()
  })
  intent.onChange(desire)
  const tell = (task: TaskId, status: TaskStatus): void =>
    intent.setRegister(taskRegister(task), taskStatusCodec.encode(status))
  agent.onStatus((task, status) => {
    if (status !== null) tell(task, status)
  })
  // What was said of a task is forgotten where a generation of the log does not know it; the next one may know it again.
  decisions.onRestored(() => {
    for (const [task, status] of agent.statuses()) {
      const isOwn = decisions.view.tasks.get(task)?.node === self
      if (isOwn && intent.register(self, taskRegister(task)) === null) tell(task, status)
    }
  })

  /** Until it is proven how far the log goes, nothing new is started and nothing is stopped. */
  const catchUp = async (): Promise<void> => {
    if (isProving) return
    isProving = true
    while (!stopped && !isProven()) {
      try {
        const asked = generation()
        const index = await consensus.readIndex({ timeoutMs: CATCH_UP_TIMEOUT_MS })
        if (asked === generation()) proven = { index, generation: asked }
        desire()
      } catch (error) {
        logger.debug({ detail: String(error) }, 'not caught up with the log yet')
        await new Promise<void>((resolve) => clock.after(CATCH_UP_RETRY_MS, resolve))
      }
    }
    isProving = false
  }

  let told = ''
  const tellProfile = () => {
    const profile = {
      name: decisions.view.nodes.get(self)?.name ?? nodeName,
      version: VERSION,
      runtimes: [...agent.available()],
      guards: [...agent.guards()],
      ...machine,
      stopping: stopped,
      ...tellRange(versions),
      ...(decisions.halt === null ? {} : { halted: true }),
    }
    const text = JSON.stringify(profile)
    if (text !== told) intent.setRegister(nodeRegister(self), nodeProfileCodec.encode(profile))
    told = text
  }
  // The name, and where this node stopped following the log, come with a batch.
  decisions.onBatch(tellProfile)
  agent.onRunnable(tellProfile)

  shutdown.add('work', async () => {
    stopped = true
    tellProfile()
  })
  desire()
  tellProfile()
  void catchUp()
}
