import assert from 'node:assert/strict'
import type { ServiceSpec } from '../../../../protocols/spec/index.ts'
import { node, planOf, profile, task } from './scenes.ts'

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

  it('counts a task with what it reserves, of memory else with half of its limit', () => {
    const nodes = [node('a', { profile: profile({ memoryMb: 1_000 }) })]
    const placed = (resources: ServiceSpec['resources']) =>
      planOf({ spec: { replicas: 20, ...(resources && { resources }) }, nodes }).assign.length
    assert.equal(placed(undefined), 15)
    assert.equal(placed({ reserved: { memoryMb: 300 } }), 3)
    assert.equal(placed({ limit: { memoryMb: 300 } }), 6)
    assert.equal(placed({ reserved: { memoryMb: 10 }, limit: { memoryMb: 300 } }), 20)
  })

  it('gives no more of its processors than a node has', () => {
    const spec = { replicas: 4, resources: { reserved: { milliCpus: 1_500 } } }
    const plan = planOf({ spec, nodes: [node('a', { profile: profile({ cpus: 4 }) })] })
    assert.equal(plan.assign.length, 2)
    assert.equal(plan.waiting[0]?.reason, 'insufficient processors on 1 of 1 node')
    const limited = { replicas: 4, resources: { limit: { milliCpus: 4_000 } } }
    assert.equal(planOf({ spec: limited, nodes: [node('a')] }).assign.length, 4)
  })

  it('gives what reaches beyond its container to nodes that allow it', () => {
    const spec: Partial<ServiceSpec> = {
      image: 'web:1',
      container: { host: ['pid'] },
      mounts: [{ type: 'bind', source: '/srv/web', target: '/web' }],
    }
    const allowing = (name: string, ...allows: string[]) =>
      node(name, { profile: profile({ runtimes: ['docker'], allows }) })
    const nodes = [allowing('a'), allowing('b', 'host-pid'), allowing('c', 'host-pid', 'bind=/srv')]
    assert.equal(planOf({ spec, nodes }).assign[0]?.node, 'c')
    assert.equal(
      planOf({ spec, nodes: nodes.slice(0, 2) }).waiting[0]?.reason,
      'bind=/srv/web is not allowed on 1 of 2 nodes, host-pid and bind=/srv/web are not allowed on 1 of 2 nodes',
    )
  })

  it('gives no more of its disk than a node lends, to those that say what they take', () => {
    const spec = { replicas: 4, resources: { diskMb: 10_240 } }
    const lending = (name: string, diskMb?: number) =>
      node(name, { profile: profile(diskMb === undefined ? {} : { diskMb }) })
    const plan = planOf({ spec, nodes: [lending('a', 25_000), lending('b', 5_000), lending('c', 0)] })
    assert.deepEqual(
      plan.assign.map((each) => each.node),
      ['a', 'a'],
    )
    assert.equal(plan.waiting[0]?.reason, 'insufficient disk on 3 of 3 nodes')
    assert.equal(planOf({ spec, nodes: [lending('a')] }).assign.length, 4, 'where none is told')
    assert.equal(planOf({ spec: { replicas: 4 }, nodes: [lending('a', 0)] }).assign.length, 4)
    const running = planOf({ spec, nodes: [lending('a', 25_000)], tasks: [task(0, 'a')] })
    assert.equal(running.assign.length, 1, 'what stands is counted')
  })

  it('passes over machines that are strained, and says so; takes one where nothing better fits', () => {
    const onBattery = node('a', { strain: 'on battery' })
    const [placed] = planOf({ nodes: [onBattery, node('b')] }).assign
    assert.equal(placed?.node, 'b')
    assert.match(placed?.reason ?? '', /; passed over: on battery on 1 of 2 nodes$/)
    const dead = node('b', { health: 'dead' })
    const [anyway] = planOf({ nodes: [onBattery, dead] }).assign
    assert.equal(anyway?.node, 'a')
    assert.match(
      anyway?.reason ?? '',
      /; it is on battery, and nothing better fits; not elsewhere: node is dead/,
    )
  })

  it('moves nothing away from a machine that comes to be strained', () => {
    const nodes = [node('a', { strain: 'on battery' }), node('b')]
    assert.deepEqual(planOf({ nodes, tasks: [task(0, 'a')] }).assign, [])
  })

  it('waits for a mesh without nodes', () =>
    assert.equal(planOf({ nodes: [] }).waiting[0]?.reason, 'the mesh has no nodes'))
})
