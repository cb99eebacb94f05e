import assert from 'node:assert/strict'
import { createServiceResolver, labelOf } from '../../../node/daemon/services.ts'
import { createDecisions } from '../../../protocols/decisions/index.ts'
import { isCoterieError } from '../../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../../protocols/spec/index.ts'
import type { TaskStatus } from '../../../protocols/tasks/index.ts'
import { spec } from '../../crdt/authors.ts'
import { newIdentity } from '../../support/identities.ts'

const [ATTIC, CELLAR] = [newIdentity().node, newIdentity().node]
const PORTS: ServiceSpec['ports'] = [
  { target: 53, published: null, protocol: 'udp' },
  { target: 80, published: null, protocol: 'tcp' },
]

/** What ATTIC resolves, of services that are accepted, assigned and told of by hand. */
const setUp = () => {
  const { view, apply } = createDecisions()
  const statuses = new Map<string, TaskStatus>()
  const dead = new Set<string>()
  let index = 0
  const decide = (decision: Parameters<typeof apply>[1]) => {
    index++
    assert.deepEqual(apply(index, decision), { ok: true })
    return index
  }
  for (const node of [ATTIC, CELLAR])
    decide({ type: 'nodeAdmitted', node, name: 'some', addresses: [], atMs: 1 })
  const resolver = createServiceResolver({
    self: ATTIC,
    decisions: view,
    specOf: () => ({ ...spec('web'), ports: PORTS }),
    observed: {
      profileOf: () => null,
      conditionOf: () => null,
      heldPortsOf: () => null,
      statusOf: ({ task }) => statuses.get(task) ?? null,
      statusOfTask: (task) => statuses.get(task) ?? null,
    },
    isAlive: (node) => !dead.has(node),
  })
  const accept = (object: string, removed = false) =>
    decide({
      type: 'revisionAccepted',
      revision: (index + 1).toString(16).padStart(64, '0'),
      object,
      parents: [...view.objects.values()].filter((known) => known.object === object).map(({ head }) => head),
      hlc: { wallMs: index + 1, counter: 0 },
      removed,
    })
  /** Assigns a slot to the node, which tells that it runs with its port 80 at `port`. */
  const run = (object: string, node: string, slot: number, port: number, host = '127.0.0.1') => {
    const revision = view.objects.get(object)?.head as string
    const at = decide({ type: 'taskAssigned', object, revision, slot, node, replaces: null, reason: '' })
    const task = `${object.split('/').slice(1).join('.')}.${slot}.${at}`
    const ports = [
      { target: 53, host, port: 1, protocol: 'udp' },
      { target: 80, host, port, protocol: 'tcp' },
    ]
    statuses.set(task, { task, state: 'running', ports } as TaskStatus)
    return task
  }
  return { view, resolver, accept, run, statuses, dead }
}

describe('services by the label that a browser asks for', () => {
  it('are found by name; with their project where several have that name', async () => {
    const { view, resolver, accept, run } = setUp()
    accept('service/shop/web')
    run('service/shop/web', ATTIC, 0, 8001)
    assert.equal(labelOf(view, 'shop', 'web'), 'web')
    accept('service/blog/web')
    run('service/blog/web', ATTIC, 0, 8002)
    assert.equal(labelOf(view, 'blog', 'web'), 'web--blog')
    assert.deepEqual(await resolver.openUpstream('web--blog'), { host: '127.0.0.1', port: 8002 })
    assert.deepEqual(await resolver.openUpstream('web--shop'), { host: '127.0.0.1', port: 8001 })
    assert.throws(
      () => resolver.nodesOf('web'),
      (error) => isCoterieError(error, 'gatewayServiceUnknown'),
    )
    accept('service/shop/web', true)
    assert.equal(labelOf(view, 'blog', 'web'), 'web')
    assert.deepEqual(resolver.nodesOf('web'), [ATTIC])
  })

  it('are where a live node tells that they run, each node once', () => {
    const { resolver, accept, run, dead, statuses } = setUp()
    accept('service/shop/web')
    run('service/shop/web', ATTIC, 0, 8001)
    run('service/shop/web', CELLAR, 1, 8002)
    const third = run('service/shop/web', CELLAR, 2, 8003)
    assert.deepEqual(resolver.nodesOf('web'), [ATTIC, CELLAR])
    dead.add(ATTIC)
    assert.deepEqual(resolver.nodesOf('web'), [CELLAR])
    dead.add(CELLAR)
    statuses.delete(third)
    assert.deepEqual(resolver.nodesOf('web'), [])
  })

  it('are opened at their first tcp port on this node alone, a wildcard at loopback', async () => {
    const { resolver, accept, run } = setUp()
    accept('service/shop/web')
    run('service/shop/web', CELLAR, 0, 8001)
    await assert.rejects(resolver.openUpstream('web'), (error) => isCoterieError(error, 'serviceNotHere'))
    run('service/shop/web', ATTIC, 1, 8002, '0.0.0.0')
    assert.deepEqual(await resolver.openUpstream('web'), { host: '127.0.0.1', port: 8002 })
  })
})
