/** Members that keep task records: real disks, a network in memory, one log that all of them follow, a clock that the test sets. */
import { join } from 'node:path'
import { createSigning } from '../../../node/intent/index.ts'
import {
  createRecords,
  type RecordsComponents,
  type RecordsInit,
  type RecordsService,
  zlibPacking,
} from '../../../node/records/index.ts'
import { openStore } from '../../../node/storage/index.ts'
import {
  createDecisions,
  type Decision,
  type DecisionView,
  type Outcome,
  taskIdOf,
} from '../../../protocols/decisions/index.ts'
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { TaskStatus } from '../../../protocols/tasks/index.ts'
import { SUPPORTED, tellRange } from '../../../protocols/versions/index.ts'
import type { NodeId } from '../../../protocols/wire/index.ts'
import { eventually } from '../../support/eventually.ts'
import { createHandClock, type HandClock } from '../../support/hand-clock.ts'
import { newIdentity } from '../../support/identities.ts'
import { createMemoryNetwork, type MemoryNetwork } from '../../support/memory-network.ts'
import { scratchDir } from '../../support/scratch.ts'
import { silentLogger } from '../../support/silent-logger.ts'

export const HOUR_MS = 3_600_000
/** A noon. */
export const NOON_MS = 1_763_726_400_000
export const REVISION = 'ab'.repeat(32)

type Applied = { readonly decision: Decision; readonly outcome: Outcome }

export interface Member {
  readonly self: NodeId
  readonly seed: Uint8Array
  /** As the last decision left it. */
  readonly view: DecisionView
  records: RecordsService
  /** What its agent tells. */
  tell(task: string, status: TaskStatus | null): void
  /** Ends, and begins its next life on the same disk with what was decided meanwhile. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface Members {
  readonly network: MemoryNetwork
  readonly clock: HandClock
  add(init?: Partial<RecordsInit> & { role?: 'full' | 'edge'; votes?: boolean }): Promise<Member>
  /** Who leads; nobody at first. */
  lead(member: Member | null): void
  commit(decision: Decision): Outcome
  /** Accepts a service and gives its slot to a node; the id of the task. */
  assign(object: string, node: NodeId, replaces?: string | null): string
  /** Begins a task of that object at a member and ends it; its id. */
  run(member: Member, object?: string, end?: Partial<TaskStatus>): string
  /** Moves the time on in steps, with turns for what is due, until it holds. */
  until(what: string, check: () => boolean | Promise<boolean>, stepMs?: number): Promise<void>
  end(): Promise<void>
}

export const statusOf = (task: string, more: object): TaskStatus =>
  ({
    task,
    token: Number(task.split('.').at(-1)),
    attempt: 1,
    quickEnds: 0,
    sinceMs: NOON_MS,
    problem: null,
    ...more,
  }) as TaskStatus

export const createMembers = async (): Promise<Members> => {
  const scratch = await scratchDir()
  const network = createMemoryNetwork()
  const clock = createHandClock(NOON_MS)
  const log: Decision[] = []
  const all = createDecisions()
  const running = new Map<Member, () => Promise<void>>()
  const listeners = new Map<NodeId, Set<(applied: Applied) => void>>()
  const machines = new Map<NodeId, ReturnType<typeof createDecisions>>()
  const voters: NodeId[] = []
  let leader: NodeId | null = null

  const commit = (decision: Decision): Outcome => {
    log.push(decision)
    const outcome = all.apply(log.length, decision)
    for (const [node, { apply, view }] of machines) {
      if (view.appliedIndex !== log.length - 1) continue
      apply(log.length, decision)
      for (const listener of listeners.get(node) ?? []) listener({ decision, outcome })
    }
    return outcome
  }

  const assign: Members['assign'] = (object, node, replaces = null) => {
    if (!all.view.objects.has(object))
      commit({
        type: 'revisionAccepted',
        revision: REVISION,
        object,
        parents: [],
        hlc: { wallMs: 1, counter: 0 },
        removed: false,
      })
    const reason = 'the only node'
    commit({ type: 'taskAssigned', object, revision: REVISION, slot: 0, node, replaces, reason })
    return taskIdOf(object, 0, all.view.tokenAt(log.length))
  }

  const until: Members['until'] = (what, check, stepMs = 1_000) =>
    eventually(what, async () => {
      if (await check()) return true
      clock.pass(stepMs)
      return false
    }).then(() => undefined)

  const add: Members['add'] = async ({ role = 'full', votes = true, ...init } = {}) => {
    const { seed, node: self } = newIdentity()
    const told = new Set<(task: string, status: TaskStatus | null) => void>()
    const statuses = new Map<string, TaskStatus>()
    commit({
      type: 'nodeAdmitted',
      node: self,
      name: self.slice(-6).toLowerCase(),
      addresses: [],
      atMs: 0,
      role,
      ...tellRange(SUPPORTED),
    })
    if (all.view.meshVersion < 2)
      commit({ type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 0, version: 2 })
    if (votes) voters.push(self)

    const open = async () => {
      const machine = createDecisions()
      for (const [at, decision] of log.entries()) machine.apply(at + 1, decision)
      machines.set(self, machine)
      const applied = new Set<(applied: Applied) => void>()
      listeners.set(self, applied)
      const store = await openStore({ dataDir: join(scratch.path, self), logger: silentLogger })
      const components: RecordsComponents = {
        ...network.join(self),
        ...createSigning(seed),
        store: store.records('task-records'),
        packing: zlibPacking,
        clock,
        random: Math.random,
        logger: silentLogger,
        decisions: {
          view: machine.view,
          onApplied: (listener) => {
            applied.add(listener)
            return () => void applied.delete(listener)
          },
          onRestored: () => () => undefined,
        },
        agent: {
          statuses: () => statuses,
          onStatus: (listener) => {
            told.add(listener)
            return () => void told.delete(listener)
          },
          available: () => ['process'],
        },
        leadership: {
          isSettled: () => leader === self,
          decide: async (decision) => {
            if (leader !== self) throw new CoterieError('notLeader', { leader })
            const outcome = commit(decision)
            if (!outcome.ok) throw new CoterieError('decisionRefused', { reason: outcome.reason })
            return log.length
          },
        },
        voters: () => voters,
      }
      const records = createRecords(components, { ...init, self })
      await records.start()
      return { records, store, view: machine.view }
    }
    let opened = await open()
    const stop = async () => {
      running.delete(member)
      network.leave(self)
      machines.delete(self)
      await opened.records.stop()
      await opened.store.close()
    }
    const member: Member = {
      self,
      seed,
      get view() {
        return opened.view
      },
      records: opened.records,
      tell: (task, status) => {
        if (status === null) statuses.delete(task)
        else statuses.set(task, status)
        for (const listener of told) listener(task, status)
      },
      stop,
      restart: async () => {
        if (running.has(member)) await stop()
        statuses.clear()
        opened = await open()
        member.records = opened.records
        running.set(member, stop)
      },
    }
    running.set(member, stop)
    return member
  }

  return {
    network,
    clock,
    add,
    commit,
    assign,
    until,
    lead: (member) => {
      leader = member?.self ?? null
    },
    run: (member, object = 'service/shop/web', end = {}) => {
      const held = [...all.view.tasksOf(object)][0]?.task ?? null
      const task = assign(object, member.self, held)
      member.tell(
        task,
        statusOf(task, { state: 'running', runtime: 'process', ports: [], startedAtMs: clock.wallMs() }),
      )
      member.tell(task, statusOf(task, { state: 'failed', lastLines: [], exitCode: 3, ...end }))
      return task
    },
    end: async () => {
      for (const stop of [...running.values()]) await stop()
      await scratch.remove()
    },
  }
}

/** The tasks whose records the member has. */
export const endedAt = async ({ records }: Member, project: string | null = null): Promise<string[]> =>
  (await records.ended({ project, sinceMs: 0, limit: 1_000 })).records.map(({ task }) => task)
