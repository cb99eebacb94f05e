/** The shortcut and the truth: what a plan for the agenda says is what a plan for everything says, over random histories. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createFailureMemory } from '../../../node/scheduler/failure-memory.ts'
import { type NodeHealth, type Plan, reconcile, type SchedulerNode } from '../../../node/scheduler/index.ts'
import { createLookout, type LookoutSources } from '../../../node/scheduler/lookout.ts'
import type { SchedulerService, SchedulerView } from '../../../node/scheduler/view.ts'
import {
  type Assignment,
  createDecisions,
  type Decision,
  type DecisionOf,
  restoreDecisions,
  snapshotDecisions,
  targetOf,
} from '../../../protocols/decisions/index.ts'
import { type ServiceSpec, serviceKey } from '../../../protocols/spec/index.ts'
import type { TaskState, TaskStatus } from '../../../protocols/tasks/index.ts'
import { SPEC } from './one-node.ts'
import { standingOf } from './standing-of.ts'

const NODES = ['A', 'B', 'C'].map((letter) => `12D3KooW${letter.repeat(44)}`)
const SERVICES = ['web', 'db', 'mail', 'cron', 'cache']
const LAPSE_MS = 10_000

type Event =
  | {
      readonly type: 'edit'
      readonly service: number
      readonly replicas: number
      readonly port: boolean
      readonly exclusive: boolean
      readonly memoryMb: number | null
      readonly isLate: boolean
    }
  | { readonly type: 'remove'; readonly service: number }
  | { readonly type: 'arrive' | 'restore' }
  | { readonly type: 'status'; readonly task: number; readonly state: TaskState }
  | { readonly type: 'health'; readonly node: number; readonly health: NodeHealth }
  | { readonly type: 'drain'; readonly node: number; readonly draining: boolean }
  | { readonly type: 'stopping'; readonly node: number; readonly stopping: boolean }
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'silence'; readonly ms: number }
  | { readonly type: 'round'; readonly isCarriedOut: boolean }

const service = fc.nat(SERVICES.length - 1)
const node = fc.nat(NODES.length - 1)
const round = fc.record({ type: fc.constant('round' as const), isCarriedOut: fc.boolean() })
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: round },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('edit' as const),
      service,
      replicas: fc.nat(3),
      port: fc.boolean(),
      exclusive: fc.boolean(),
      memoryMb: fc.option(fc.constantFrom(10, 200)),
      isLate: fc.boolean(),
    }),
  },
  fc.record({ type: fc.constant('remove' as const), service }),
  fc.record({ type: fc.constantFrom('arrive' as const, 'restore' as const) }),
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('status' as const),
      task: fc.nat(),
      state: fc.constantFrom<TaskState>('starting', 'running', 'running', 'failed', 'rejected', 'stopped'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('health' as const),
      node,
      health: fc.constantFrom<NodeHealth>('alive', 'alive', 'suspect', 'dead', 'left', 'unknown'),
    }),
  },
  fc.record({ type: fc.constant('drain' as const), node, draining: fc.boolean() }),
  fc.record({ type: fc.constant('stopping' as const), node, stopping: fc.boolean() }),
  fc.record({ type: fc.constant('pass' as const), ms: fc.nat(70_000) }),
  fc.record({ type: fc.constant('silence' as const), ms: fc.constantFrom(0, 40_000) }),
)

const specOf = (name: string, more: Partial<ServiceSpec>): ServiceSpec => ({ ...SPEC, name, ...more })

/** A mesh in which anything happens, told to a lookout. */
const createWorld = () => {
  const { view, apply, restore } = createDecisions()
  const specs = new Map<string, ServiceSpec>()
  const late = new Map<string, ServiceSpec>()
  /** When the update of a service took its last step, or all was restored. */
  const stepped = new Map<string, number>()
  const states = new Map<string, TaskState>()
  const withheld = new Map<string, { readonly reason: string; readonly atMs: number }>()
  const nodes = new Map<string, SchedulerNode>()
  const listener: {
    applied: Parameters<LookoutSources['decisions']['onApplied']>[0]
    restored: () => void
    records: Parameters<LookoutSources['records']['onChange']>[0]
    members: () => void
  } = { applied: () => {}, restored: () => {}, records: () => {}, members: () => {} }
  let nowMs = 1_000_000
  let revisions = 0
  let silentMs = 0

  const decide = (decision: Decision): number => {
    const index = view.appliedIndex + 1
    const outcome = apply(index, decision)
    if (outcome.ok && decision.type === 'updateProgressed') stepped.set(decision.object, nowMs)
    listener.applied({ decision, outcome })
    return index
  }
  const statusOf = (task: string): TaskStatus | null => {
    const state = view.tasks.has(task) ? states.get(task) : undefined
    return state === undefined ? null : ({ task, state, runtime: 'docker' } as TaskStatus)
  }
  const leases = {
    withheldFor: (task: string) => withheld.get(task)?.reason ?? null,
    movableAtMs: (task: string) => (withheld.get(task)?.atMs ?? nowMs) + LAPSE_MS,
    silentForMs: () => silentMs,
    isHeldDown: () => false,
  }
  const profile = {
    version: '0',
    runtimes: ['docker' as const],
    guards: ['docker' as const],
    cpus: 1,
    memoryMb: 320,
  }
  decide({ type: 'meshFounded', mesh: '0123456789abcdef', name: 'home', atMs: 1, version: 2 })
  for (const [at, each] of NODES.entries()) {
    const meshVersions = { least: 1, most: 2 }
    decide({ type: 'nodeAdmitted', node: each, name: `n${at}`, addresses: [], atMs: 1, meshVersions })
    nodes.set(each, {
      node: each,
      name: `n${at}`,
      health: 'alive',
      healthSinceMs: 0,
      draining: false,
      strain: null,
      profile: { ...profile, name: `n${at}`, stopping: false },
    })
  }
  const lookout = createLookout({
    decisions: {
      view,
      onApplied: (told) => {
        listener.applied = told
        return () => {}
      },
      onRestored: (told) => {
        listener.restored = told
        return () => {}
      },
    },
    records: {
      specOf: (revision) => specs.get(revision) ?? null,
      statusOf,
      onChange: (told) => {
        listener.records = told
        return () => {}
      },
    },
    leases,
    members: {
      nodes: () => [...nodes.values()],
      onChange: (told) => {
        listener.members = told
        return () => {}
      },
    },
    clock: { nowMs: () => nowMs, wallMs: () => nowMs },
  })
  lookout.follow(() => {})

  const failures = createFailureMemory()
  const objects = () => [...view.objects.values()]
  const tasks = () => [...view.tasks.values()]
  const specOfTask = ({ revision }: Assignment) => specs.get(revision) ?? null

  /** Everything, those first that were taken. */
  const everything = (taken: SchedulerView): SchedulerView => {
    failures.forget(nowMs)
    for (const { object } of objects()) failures.observe(object, [...view.tasksOf(object)], statusOf, nowMs)
    const first = new Set(taken.services.map(({ accepted }) => accepted.object))
    const others = objects()
      .filter(({ object }) => !first.has(object))
      .map((accepted): SchedulerService => {
        const row = view.updates.get(accepted.object)
        const target = targetOf(accepted, row)
        const update = row === undefined ? null : { row, sinceMs: nowMs - (stepped.get(row.object) ?? nowMs) }
        return { accepted, target, update, spec: accepted.removed ? null : (specs.get(target) ?? null) }
      })
      .filter(({ accepted, spec }) => accepted.removed || spec !== null)
    return {
      ...taken,
      services: [...taken.services, ...others],
      nodes: [...nodes.values()],
      standing: standingOf(tasks(), specOfTask),
      statusOf,
      failuresOf: failures.of,
      specOf: ({ revision }) => specs.get(revision) ?? null,
    }
  }

  const sorted = (slots: Plan['waiting']) => slots.map((slot) => JSON.stringify(slot)).sort()

  const takeRound = (isCarriedOut: boolean): void => {
    lookout.look({ isReview: false })
    lookout.lookAgain()
    const taken = lookout.takeView(Number.POSITIVE_INFINITY)
    const plan = reconcile(taken)
    lookout.note(plan)
    assert.ok(lookout.isThrough())
    const { waiting, ...truth } = reconcile(everything(taken))
    assert.deepEqual({ ...plan, waiting: [] }, { ...truth, waiting: [] })
    const known = sorted(lookout.waiting())
    for (const slot of sorted(waiting)) assert.ok(known.includes(slot), slot)
    for (const { task, reason } of plan.withhold)
      if (!withheld.has(task)) withheld.set(task, { reason, atMs: nowMs })
    if (!isCarriedOut) return
    for (const each of plan.release) decide({ type: 'taskReleased', ...each })
    for (const each of plan.progress)
      decide({ type: 'updateProgressed', ...each } as DecisionOf<'updateProgressed'>)
    for (const each of plan.assign) lookout.assigned(each, decide({ type: 'taskAssigned', ...each }))
  }

  const changeNode = (at: number, change: (before: SchedulerNode) => Partial<SchedulerNode>): void => {
    const before = nodes.get(NODES[at] as string) as SchedulerNode
    nodes.set(before.node, { ...before, ...change(before) })
    listener.members()
  }

  const edit = (at: number, spec: ServiceSpec | null, isLate: boolean): void => {
    const object = serviceKey('shop', SERVICES[at] as string)
    const revision = String(++revisions).padStart(64, '0')
    if (spec !== null) (isLate ? late : specs).set(revision, spec)
    const head = view.objects.get(object)?.head
    decide({
      type: 'revisionAccepted',
      revision,
      object,
      parents: head === undefined ? [] : [head],
      hlc: { wallMs: revisions, counter: 0 },
      removed: spec === null,
    })
  }

  const tell = (objects: string[], tasks: string[]) => listener.records({ objects, tasks, nodes: false })

  return (each: Event): void => {
    if (each.type === 'edit') {
      const { replicas, port, exclusive, memoryMb } = each
      const name = SERVICES[each.service] as string
      const ports = port ? [{ protocol: 'tcp' as const, target: 80, published: 8080 }] : []
      const resources = memoryMb === null ? {} : { resources: { reserved: { memoryMb } } }
      edit(each.service, specOf(name, { replicas, ports, exclusive, ...resources }), each.isLate)
    }
    if (each.type === 'remove') edit(each.service, null, false)
    if (each.type === 'arrive') {
      const arrived = [...late.values()].map(({ name }) => serviceKey('shop', name))
      for (const [revision, spec] of late) specs.set(revision, spec)
      late.clear()
      tell(arrived, [])
    }
    if (each.type === 'restore') {
      restore(restoreDecisions(snapshotDecisions(view)))
      for (const object of view.updates.keys()) stepped.set(object, nowMs)
      listener.restored()
    }
    if (each.type === 'status') {
      const { task } = tasks()[each.task % Math.max(1, view.tasks.size)] ?? {}
      if (task === undefined) return
      states.set(task, each.state)
      tell([], [task])
    }
    if (each.type === 'health') changeNode(each.node, () => ({ health: each.health, healthSinceMs: nowMs }))
    if (each.type === 'drain') changeNode(each.node, () => ({ draining: each.draining }))
    if (each.type === 'stopping')
      changeNode(each.node, ({ profile: before }) =>
        before === null ? {} : { profile: { ...before, stopping: each.stopping } },
      )
    if (each.type === 'pass') nowMs += each.ms
    if (each.type === 'silence') silentMs = each.ms
    if (each.type === 'round') takeRound(each.isCarriedOut)
  }
}

describe('lookout', () => {
  it('leaves out nothing: a plan for the agenda is the plan for everything', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (history) => {
        const happen = createWorld()
        for (const each of history) happen(each)
        happen({ type: 'round', isCarriedOut: true })
        happen({ type: 'round', isCarriedOut: true })
      }),
      { numRuns: 500 },
    )
  })
})
