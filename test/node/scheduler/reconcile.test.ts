import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  type LeaseView,
  type NodeHealth,
  reconcile,
  type SchedulerNode,
  type SchedulerView,
} from '../../../node/scheduler/index.ts'
import type { Assignment } from '../../../protocols/decisions/index.ts'
import type { NodeProfile, ServiceSpec } from '../../../protocols/spec/index.ts'
import type { TaskState, TaskStatus } from '../../../protocols/tasks/index.ts'
import { standingOf } from './standing-of.ts'

const WEB = 'service/shop/web'
const HEAD = 'a'.repeat(64)
const OLDER = 'b'.repeat(64)

const spec = (more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  kind: 'service',
  name: 'web',
  project: 'shop',
  image: null,
  command: null,
  environment: {},
  ports: [],
  replicas: 1,
  restart: 'always',
  process: { command: ['true'] },
  ...more,
})

const node = (
  name: string,
  more: Partial<SchedulerNode> & { profile?: NodeProfile | null } = {},
): SchedulerNode => ({
  node: name,
  name,
  health: 'alive',
  healthSinceMs: 0,
  draining: false,
  profile: { name, version: '0.1.0', runtimes: ['process'], cpus: 4, memoryMb: 4_096, stopping: false },
  ...more,
})

const profile = (more: Partial<NodeProfile>): NodeProfile => ({
  ...(node('x').profile as NodeProfile),
  ...more,
})

const task = (slot: number, on: string, revision = HEAD): Assignment => ({
  task: `shop.web.${slot}.${slot + 1}`,
  object: WEB,
  revision,
  slot,
  node: on,
  token: slot + 1,
  reason: '',
})

const status = (state: TaskState, runtime = 'process'): TaskStatus =>
  ({
    task: 'shop.web.0.1',
    token: 1,
    attempt: 1,
    quickEnds: 0,
    sinceMs: 0,
    problem: null,
    state,
    runtime,
  }) as TaskStatus

interface Scene {
  readonly spec?: Partial<ServiceSpec>
  readonly removed?: boolean
  readonly nodes: readonly SchedulerNode[]
  readonly tasks?: readonly Assignment[]
  readonly states?: Readonly<Record<string, TaskState>>
  readonly nowMs?: number
  readonly runtime?: 'docker' | 'process'
  readonly leases?: Partial<LeaseView>
  readonly failures?: { count: number; lastAtMs: number; lastNode: string }
}

const noLeases: LeaseView = {
  withheldFor: () => null,
  movableAtMs: () => 0,
  silentForMs: () => 0,
  isHeldDown: () => false,
}

const viewOf = (scene: Scene): SchedulerView => {
  const own = spec(scene.spec)
  const { removed = false, tasks = [], states = {} } = scene
  return {
    nowMs: scene.nowMs ?? 100_000,
    services: [
      {
        accepted: {
          object: WEB,
          head: HEAD,
          hlc: { wallMs: 1, counter: 0 },
          removed,
          conflicts: [],
          history: [HEAD, OLDER],
          past: [],
          trimmed: [],
        },
        spec: removed ? null : own,
      },
    ],
    nodes: scene.nodes,
    tasksOf: () => tasks,
    standing: standingOf(tasks, () => own),
    statusOf: (id) => status(states[id] ?? 'running', scene.runtime),
    failuresOf: () => scene.failures ?? null,
    specOf: () => own,
    leases: { ...noLeases, ...scene.leases },
  }
}

const planOf = (scene: Scene) => reconcile(viewOf(scene))

const NOTHING = {
  assign: [],
  release: [],
  withhold: [],
  waiting: [],
  retryAtMs: null,
  unsettled: new Set(),
}

const nodesOf = (scene: Scene) => planOf(scene).assign.map((assign) => assign.node)

describe('reconcile: filling slots', () => {
  it('spreads replicas over the nodes', () => {
    const nodes = ['a', 'b', 'c'].map((name) => node(name))
    assert.deepEqual(nodesOf({ spec: { replicas: 3 }, nodes }).sort(), ['a', 'b', 'c'])
  })

  it('puts a single replica on the fullest node that has room', () => {
    const small = node('b', { profile: profile({ memoryMb: 512 }) })
    assert.deepEqual(nodesOf({ nodes: [node('a'), small, node('c')] }), ['b'])
  })

  it('does nothing when every slot has its task', () => {
    const plan = planOf({ nodes: [node('a')], tasks: [task(0, 'a')] })
    assert.deepEqual(plan, NOTHING)
  })

  it('names the task that it replaces, and says why', () => {
    const [assign] = planOf({
      nodes: [node('a', { health: 'dead' }), node('b'), node('c')],
      tasks: [task(0, 'a')],
    }).assign
    assert.equal(assign?.replaces, 'shop.web.0.1')
    assert.match(assign?.reason ?? '', /^a is dead; no replica there yet/)
  })

  it('releases what is beyond the replicas, and everything of a removed service', () => {
    const tasks = [task(0, 'a'), task(1, 'a')]
    assert.deepEqual(
      planOf({ nodes: [node('a')], tasks }).release.map(({ task }) => task),
      ['shop.web.1.2'],
    )
    assert.equal(planOf({ nodes: [node('a')], tasks, removed: true }).release.length, 2)
  })
})

describe('reconcile: lost nodes', () => {
  const moves = (health: NodeHealth, more: Partial<SchedulerNode> = {}) =>
    nodesOf({ nodes: [node('a', { health, ...more }), node('b'), node('c')], tasks: [task(0, 'a')] }).length

  it('moves from the dead, the left and the draining, not from the suspect', () => {
    assert.deepEqual(
      ['dead', 'left', 'suspect', 'alive'].map((health) => moves(health as NodeHealth)),
      [1, 1, 0, 0],
    )
    assert.equal(moves('alive', { draining: true }), 1)
  })

  it('moves from a node that is no member any more', () => {
    assert.deepEqual(nodesOf({ nodes: [node('b')], tasks: [task(0, 'a')] }), ['b'])
  })

  it('gives a node that was never heard from a minute', () => {
    const scene = {
      nodes: [node('a', { health: 'unknown', healthSinceMs: 50_000 }), node('b'), node('c')],
      tasks: [task(0, 'a')],
    }
    assert.deepEqual(planOf({ ...scene, nowMs: 100_000 }), {
      ...NOTHING,
      retryAtMs: 110_000,
      unsettled: new Set([WEB]),
    })
    assert.equal(planOf({ ...scene, nowMs: 110_000 }).assign.length, 1)
  })

  it('gives the containers of a node that was asked to stop a minute, not its processes', () => {
    const stopping = node('a', {
      health: 'dead',
      healthSinceMs: 50_000,
      profile: profile({ stopping: true }),
    })
    const scene = { nodes: [stopping, node('b'), node('c')], tasks: [task(0, 'a')] }
    assert.equal(planOf({ ...scene, runtime: 'docker' }).retryAtMs, 110_000)
    assert.equal(planOf({ ...scene, runtime: 'docker', nowMs: 110_000 }).assign.length, 1)
    assert.equal(planOf({ ...scene, runtime: 'process' }).assign.length, 1)
  })

  for (const health of ['dead', 'suspect', 'unknown'] as const) {
    it(`moves nothing while more than half of the members are silent: one dead, one ${health}`, () => {
      const nodes = [node('a', { health: 'dead' }), node('b', { health }), node('c')]
      assert.deepEqual(nodesOf({ nodes, tasks: [task(0, 'a')] }), [])
    })
  }

  it('says of each slot that is held back why it stays, of those on silent nodes alone', () => {
    const nodes = [node('a', { health: 'dead' }), node('b', { health: 'unknown' }), node('c')]
    const tasks = [task(0, 'a'), task(1, 'b'), task(2, 'c')]
    const held = 'nothing moves while 2 of 3 members are silent'
    assert.deepEqual(planOf({ spec: { replicas: 3 }, nodes, tasks }).waiting, [
      { object: WEB, slot: 0, reason: `a is dead; ${held}`, retryAtMs: null },
      { object: WEB, slot: 1, reason: `b was not heard from; ${held}`, retryAtMs: null },
    ])
  })

  it('says nothing of holding back where one is dead of three', () => {
    const nodes = [node('a', { health: 'dead' }), node('b'), node('c')]
    assert.deepEqual(planOf({ nodes, tasks: [task(0, 'a')] }).waiting, [])
  })
})

describe('reconcile: tasks that ended', () => {
  const nodes = [node('a'), node('b')]
  const ended = (state: TaskState) => ({ nodes, tasks: [task(0, 'a')], states: { 'shop.web.0.1': state } })

  it('replaces a failed, rejected or stopped task, and leaves a completed one', () => {
    const counts = (['failed', 'rejected', 'stopped', 'completed'] as const).map(
      (state) => nodesOf(ended(state)).length,
    )
    assert.deepEqual(counts, [1, 1, 1, 0])
  })

  it('tries another node than the one where it failed', () => {
    const failures = { count: 1, lastAtMs: 0, lastNode: 'a' }
    assert.deepEqual(nodesOf({ ...ended('failed'), failures }), ['b'])
  })

  it('waits longer after each failure and says until when', () => {
    const failures = { count: 3, lastAtMs: 98_000, lastNode: 'a' }
    const plan = planOf({ ...ended('failed'), failures })
    assert.equal(plan.retryAtMs, 102_000)
    assert.equal(plan.waiting[0]?.reason, 'it ended 3 times; the next try is in 2 s')
  })
})

describe('reconcile: updates', () => {
  const nodes = ['a', 'b', 'c'].map((name) => node(name))
  const old = nodes.map(({ node }, slot) => task(slot, node, OLDER))
  const scene = { spec: { replicas: 3 }, nodes, tasks: old }

  it('replaces one outdated slot at a time', () => {
    assert.deepEqual(
      planOf(scene).assign.map(({ slot, revision }) => [slot, revision]),
      [[0, HEAD]],
    )
  })

  it('stops at a slot whose new task does not run', () => {
    const tasks = [task(0, 'a'), ...old.slice(1)]
    assert.deepEqual(planOf({ ...scene, tasks, states: { 'shop.web.0.1': 'starting' } }).assign, [])
  })
})

describe('reconcile: what cannot be placed', () => {
  it('waits with its reasons counted over the nodes', () => {
    const nodes = [node('a'), node('b', { health: 'dead' }), node('c')]
    const [waiting] = planOf({ spec: { image: 'web:1', process: null }, nodes }).waiting
    assert.equal(waiting?.reason, 'no Docker engine answers on 2 of 3 nodes, node is dead on 1 of 3 nodes')
  })

  it('says what lets a node run it, where it may also run as a process', () => {
    const nodes = [node('a', { profile: profile({ runtimes: [] }) })]
    const reasonOf = (spec: Partial<ServiceSpec>) => planOf({ spec, nodes }).waiting[0]?.reason
    assert.equal(
      reasonOf({ image: 'web:1' }),
      'no Docker engine answers (coterie up --processes lets it run as a process) on 1 of 1 node',
    )
    assert.equal(
      reasonOf({ image: null }),
      'processes are not allowed (coterie up --processes allows them) on 1 of 1 node',
    )
  })

  it('gives a published port to one task of a node', () => {
    const ports = [{ target: 80, published: 8080, protocol: 'tcp' as const }]
    const plan = planOf({ spec: { replicas: 2, ports }, nodes: [node('a')] })
    assert.equal(plan.assign.length, 1)
    assert.equal(plan.waiting[0]?.reason, 'port 8080 is taken on 1 of 1 node')
  })

  it('does not overfill a node', () => {
    const plan = planOf({
      spec: { replicas: 3 },
      nodes: [node('a', { profile: profile({ memoryMb: 128 }) })],
    })
    assert.equal(plan.assign.length, 2)
    assert.match(plan.waiting[0]?.reason ?? '', /^insufficient memory/)
  })

  it('waits for a mesh without nodes', () =>
    assert.equal(planOf({ nodes: [] }).waiting[0]?.reason, 'the mesh has no nodes'))
})

describe('reconcile: exclusive services', () => {
  const guarded = (name: string, more: Partial<SchedulerNode> = {}) =>
    node(name, { profile: profile({ guards: ['process'] }), ...more })
  const lost = {
    spec: { exclusive: true },
    nodes: [guarded('a', { health: 'dead' }), guarded('b'), guarded('c')],
    tasks: [task(0, 'a')],
  }
  const lapsing = { movableAtMs: () => 104_000 }

  it('withholds the lease of a lost task first, and says what the slot waits for', () => {
    const plan = planOf({ ...lost, leases: lapsing })
    assert.deepEqual(plan.assign, [])
    assert.deepEqual(plan.withhold, [{ task: 'shop.web.0.1', node: 'a', reason: 'a is dead', lost: true }])
    assert.equal(
      plan.waiting[0]?.reason,
      'a is dead; it is exclusive, and its lease on a must have lapsed first, in 4 s',
    )
    assert.equal(plan.retryAtMs, 104_000)
  })

  it('moves it when the lease has surely lapsed, and not before it was withheld', () => {
    const withheldFor = () => 'a is dead'
    assert.deepEqual(nodesOf({ ...lost, leases: { ...lapsing, withheldFor }, nowMs: 103_999 }), [])
    assert.deepEqual(nodesOf({ ...lost, leases: { ...lapsing, withheldFor }, nowMs: 104_000 }), ['b'])
    assert.deepEqual(nodesOf({ ...lost, leases: lapsing, nowMs: 104_000 }), [])
  })

  it('completes a move that was begun, also where the node is back', () =>
    assert.deepEqual(
      nodesOf({ ...lost, nodes: [guarded('a'), guarded('b')], leases: { withheldFor: () => 'a is dead' } })
        .length,
      1,
    ))

  it('fills the slot at once where the task has ended by its own word', () =>
    assert.equal(nodesOf({ ...lost, states: { 'shop.web.0.1': 'stopped' }, leases: lapsing }).length, 1))

  it('withholds nothing while there is no other place', () => {
    const nodes = [guarded('a', { draining: true }), node('b')]
    const plan = planOf({ ...lost, nodes, leases: lapsing })
    assert.deepEqual([plan.assign, plan.withhold], [[], []])
    assert.equal(plan.waiting[0]?.reason, 'no watchdog on 1 of 2 nodes, node is draining on 1 of 2 nodes')
  })

  it('releases nothing that may still run', () => {
    const plan = planOf({ ...lost, removed: true, nodes: [guarded('a')], leases: lapsing })
    assert.deepEqual(plan.release, [])
    assert.deepEqual(
      plan.withhold.map(({ reason }) => reason),
      ['the service was removed'],
    )
    const withheldFor = () => 'the service was removed'
    assert.equal(planOf({ ...lost, removed: true, leases: { withheldFor } }).release.length, 1)
  })

  it('takes a task from a node that answers, and has not asked for its lease for half a minute', () => {
    const scene = { ...lost, nodes: [guarded('a'), guarded('b')] }
    const silent = (ms: number) =>
      planOf({ ...scene, leases: { ...lapsing, silentForMs: () => ms } }).withhold
    assert.deepEqual(silent(29_999), [])
    assert.equal(silent(30_000)[0]?.reason, 'a has not asked for its lease for 30 s')
  })

  it('takes a node that lost leases after all others, and takes it', () => {
    const isHeldDown = (name: string) => name === 'b'
    const vacant = { spec: { exclusive: true }, leases: { isHeldDown } }
    assert.deepEqual(nodesOf({ ...vacant, nodes: [guarded('b'), guarded('c')] }), ['c'])
    assert.deepEqual(nodesOf({ ...vacant, nodes: [guarded('b')] }), ['b'])
  })

  it('waits where no watchdog can kill', () =>
    assert.equal(
      planOf({ spec: { exclusive: true }, nodes: [node('a'), node('b', { health: 'dead' })] }).waiting[0]
        ?.reason,
      'no watchdog on 1 of 2 nodes, node is dead on 1 of 2 nodes',
    ))
})

describe('reconcile', () => {
  const health = fc.constantFrom<NodeHealth>('alive', 'suspect', 'dead', 'left', 'unknown')
  const scenes = fc.record({
    nodes: fc
      .uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), health, draining: fc.boolean() }), {
        selector: ({ name }) => name,
      })
      .map((nodes) => nodes.map(({ name, ...more }) => node(name, more))),
    tasks: fc
      .array(fc.tuple(fc.nat(5), fc.constantFrom('a', 'b', 'e'), fc.boolean()))
      .map((rows) =>
        [...new Map(rows.map((row) => [row[0], row])).values()].map(([slot, on, isOld]) =>
          task(slot, on, isOld ? OLDER : HEAD),
        ),
      ),
    replicas: fc.nat(6),
  })

  it('plans no more than it is asked for, and the rest with the next views', () => {
    const view = viewOf({ nodes: [node('a'), node('b')], spec: { replicas: 5 } })
    const all = reconcile(view)
    assert.equal(all.assign.length, 5)
    assert.deepEqual(reconcile(view, 2).assign, all.assign.slice(0, 2))
  })

  it('plans the same from the same view, each slot once, and never on a node that cannot take it', () => {
    fc.assert(
      fc.property(scenes, ({ nodes, tasks, replicas }) => {
        const scene = { nodes, tasks, spec: { replicas } }
        const plan = planOf(scene)
        assert.deepEqual(planOf(scene), plan)
        const slots = plan.assign.map(({ slot }) => slot)
        assert.equal(new Set(slots).size, slots.length)
        for (const { node: chosen, slot } of plan.assign) {
          const at = nodes.find(({ node }) => node === chosen)
          assert.ok(at?.health === 'alive' && !at.draining && slot < replicas)
        }
      }),
    )
  })
})
