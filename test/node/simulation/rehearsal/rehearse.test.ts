import assert from 'node:assert/strict'
import { rehearse } from '../../../../node/simulation/rehearsal/index.ts'
import type { Rehearsal, RehearsedService } from '../../../../protocols/control/index.ts'
import { fault, handMade, service } from './hand-made.ts'

const webOf = ({ services }: Rehearsal): RehearsedService => services[0] as RehearsedService

describe('rehearsal: a play on simulated nodes', () => {
  it('is the same for the same options', async () => {
    const options = handMade({
      faults: [fault('kill', 20, 50, 'leader'), fault('partition', 30, 60, 'node4')],
    })
    assert.deepEqual(await rehearse(options), await rehearse(options))
  })

  it('deploys, and moves what a machine without power ran', async () => {
    const calm = webOf(await rehearse(handMade({ forMs: 20_000 })))
    assert.notEqual(calm.wholeMs, null)
    assert.deepEqual([calm.outages, calm.moves], [[], []])
    const holder = calm.beginning[0]?.steps.find(({ type }) => type === 'assigned')?.node ?? ''
    const web = webOf(await rehearse(handMade({ faults: [fault('kill', 30, null, holder)], forMs: 60_000 })))
    const [outage] = web.outages
    assert.deepEqual([outage?.fromMs, outage?.toMs === null], [30_000, false])
    assert.deepEqual(
      web.moves.map(({ from, to }) => [from, to === holder]),
      [[holder, false]],
    )
  })

  it('gives a node its power back when no fault keeps it from it', async () => {
    const services = [service('web', 1)]
    const faults = [fault('kill', 20, 30, 'node1'), fault('kill', 25, 50, 'node1')]
    const nodes = [{ name: 'node1', memoryMb: 512 }]
    const web = webOf(await rehearse(handMade({ nodes, services, faults, forMs: 60_000 })))
    assert.deepEqual(
      web.outages.map(({ fromMs, toMs }) => [fromMs, (toMs ?? 0) > 50_000]),
      [[20_000, true]],
    )
  })

  it('keeps a paused machine still when its power is back', async () => {
    const services = [service('web', 1)]
    const faults = [fault('pause', 20, 50, 'node1'), fault('kill', 25, 30, 'node1')]
    const nodes = [{ name: 'node1', memoryMb: 512 }]
    const web = webOf(await rehearse(handMade({ nodes, services, faults, forMs: 60_000 })))
    assert.deepEqual(
      web.outages.map(({ fromMs, toMs }) => [fromMs, (toMs ?? 0) > 50_000]),
      [[20_000, true]],
    )
  })

  it('hits whoever leads at the time, and nobody where nobody does', async () => {
    const faults = [fault('kill', 20, null, 'leader'), fault('kill', 20, null, 'leader')]
    const { played, leaders } = await rehearse(handMade({ faults, forMs: 40_000 }))
    const [hit = []] = played.faults.map(({ nodes }) => nodes)
    assert.equal(hit.length, 1)
    assert.deepEqual(played.faults[1]?.nodes, [])
    assert.notEqual(leaders.at(-1)?.node, hit[0])
  })

  it('asks the first node that works to deploy, as soon as there is one', async () => {
    const all = ['node1', 'node2', 'node3', 'node4', 'node5']
    const faults = [fault('kill', 0, 20, ...all), fault('kill', 0, null, 'node1')]
    const { played, services } = await rehearse(handMade({ faults, deploy: { node: 'node1', atMs: 5_000 } }))
    assert.equal(played.deploy.node, 'node2')
    assert.ok(played.deploy.atMs >= 20_000)
    assert.ok(services.every(({ wholeMs }) => wholeMs !== null))
  })

  it('has no place for what does not fit, and says why', async () => {
    const nodes = [{ name: 'node1', memoryMb: 64 }]
    const web = webOf(await rehearse(handMade({ nodes, forMs: 10_000 })))
    assert.deepEqual(web.unplaced, [{ slot: 1, reason: 'insufficient memory on 1 of 1 node' }])
  })
})
