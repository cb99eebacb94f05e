/** Whole meshes under a virtual clock: who notices a death, how soon, and that nobody is buried alive. */
import assert from 'node:assert/strict'
import { createRandom } from '../../../node/simulation/random.ts'
import { createVirtualMesh, type VirtualMesh } from './virtual-mesh.ts'

const MINUTE_MS = 60_000
/** After this time all have met all. */
const SETTLE_MS = 10_000
/** All of them started by then, and each had a round or two in which to ask. */
const MET_WITHIN_MS = 1_500
/** One suspicion that needs no confirmation, and some messages. */
const TAKEN_OVER_MS = 2_000
/** Too short for a death, and longer than any time-out among neighbours. */
const STOOD_STILL_MS = 1_000
/** A silent member of three is dead for the others. */
const SILENT_WITHIN_MS = 2_300
/** A member that continues is alive for all by then. */
const BACK_WITHIN_MS = 500

/** From when on who is cut off holds all others to be dead, and they it. */
const CUT_LEAST_MS = 4_000
const CUT_STEP_MS = 170

const named = (count: number): string[] => Array.from({ length: count }, (_, at) => `n${at}`)

/** How each of `nodes` sees `subject`, without repetition. */
const views = (mesh: VirtualMesh, nodes: readonly string[], subject: string): string[] => [
  ...new Set(
    nodes.map(
      (node) => mesh.membersSeenBy(node).find((member) => member.node === subject)?.state ?? 'nobody',
    ),
  ),
]

/** Notes every death that somebody declares, and of whom. */
const recordDeaths = (mesh: VirtualMesh): string[] => {
  const deaths: string[] = []
  mesh.onChange((node, { member }) => {
    if (member?.state === 'dead') deaths.push(`${mesh.nowMs} ${node}: ${member.node}`)
  })
  return deaths
}

const assertAllAlive = (mesh: VirtualMesh, nodes: readonly string[]): void => {
  for (const subject of nodes) assert.deepEqual(views(mesh, nodes, subject), ['alive'], subject)
}

describe('a mesh of membership machines', function () {
  this.timeout(60_000)

  it('believes no member that was cut off that others are dead, when it is back', () => {
    for (const count of [3, 5])
      for (let seed = 1; seed <= 20; seed += 1) {
        const [first, ...others] = named(count) as [string, ...string[]]
        const mesh = createVirtualMesh({ nodes: [first, ...others], seed })
        const deaths = recordDeaths(mesh)
        mesh.pass(SETTLE_MS)
        mesh.cut([first], others)
        mesh.pass(CUT_LEAST_MS + seed * CUT_STEP_MS)
        const before = deaths.length
        mesh.heal()
        mesh.pass(SETTLE_MS)
        assertAllAlive(mesh, [first, ...others])
        assert.deepEqual(deaths.slice(before), [], `${count} members, seed ${seed}`)
      }
  })

  for (const [count, withinMs, killedWithinMs] of [
    [3, 2_300, 1_000],
    [5, 2_300, 1_000],
    [10, 2_600, 1_000],
    [20, 3_500, 1_250],
    [100, 4_000, 1_700],
  ] as const) {
    it(`of ${count} sees a silent member die within ${withinMs} ms`, () => {
      const nodes = named(count)
      for (let seed = 1; seed <= 5; seed += 1) {
        const mesh = createVirtualMesh({ nodes, seed })
        mesh.pass(SETTLE_MS)
        assertAllAlive(mesh, nodes)
        mesh.stop('n0')
        mesh.pass(withinMs)
        assert.deepEqual(views(mesh, nodes.slice(1), 'n0'), ['dead'], `seed ${seed}`)
      }
    })

    it(`of ${count} sees a killed member die within ${killedWithinMs} ms`, () => {
      const nodes = named(count)
      const mesh = createVirtualMesh({ nodes, seed: count })
      mesh.pass(SETTLE_MS)
      mesh.kill('n0')
      mesh.pass(killedWithinMs)
      assert.deepEqual(views(mesh, nodes.slice(1), 'n0'), ['dead'])
    })
  }

  for (const [count, minutes] of [
    [5, 10],
    [20, 5],
    [100, 1],
  ] as const) {
    it(`of ${count} buries nobody alive in ${minutes} min with 5 % of the messages lost`, () => {
      const nodes = named(count)
      const mesh = createVirtualMesh({ nodes, seed: count, loss: 0.05 })
      const deaths = recordDeaths(mesh)
      mesh.pass(minutes * MINUTE_MS)
      assert.deepEqual(deaths, [])
    })
  }

  it('has met within a second of its start, also where every fifth message is lost', () => {
    const nodes = named(3)
    for (let seed = 1; seed <= 200; seed += 1) {
      const mesh = createVirtualMesh({ nodes, seed, loss: 0.2 })
      mesh.pass(MET_WITHIN_MS)
      const met = nodes.flatMap((node) => mesh.membersSeenBy(node).map(({ state }) => state !== 'unknown'))
      assert.ok(!met.includes(false), `seed ${seed}`)
    }
  })

  it('sees a death through 5 % loss', () => {
    const nodes = named(20)
    const mesh = createVirtualMesh({ nodes, seed: 7, loss: 0.05 })
    mesh.pass(SETTLE_MS)
    mesh.kill('n0')
    mesh.pass(3_000)
    assert.deepEqual(views(mesh, nodes.slice(1), 'n0'), ['dead'])
  })

  it('is patient with members whose processes stall for up to 800 ms', () => {
    const nodes = named(5)
    const random = createRandom(3)
    const mesh = createVirtualMesh({ nodes, seed: 3 })
    const deaths = recordDeaths(mesh)
    mesh.pass(SETTLE_MS)
    for (let stall = 0; stall < 300; stall += 1) {
      const node = nodes[Math.floor(random() * nodes.length)] as string
      mesh.stop(node)
      mesh.pass(random() * 800)
      mesh.continue(node)
      mesh.pass(random() * 1_000)
    }
    assert.deepEqual(deaths, [])
  })

  it('gives slow links the time that they take: nobody is suspected at a round trip of 1.7 s', () => {
    const nodes = named(5)
    const mesh = createVirtualMesh({ nodes, seed: 8, latencyMs: [800, 900] })
    const doubts: string[] = []
    mesh.onChange((node, { member }) => {
      if (member?.state === 'suspect' || member?.state === 'dead') doubts.push(`${node}: ${member.node}`)
    })
    mesh.pass(5 * MINUTE_MS)
    assert.deepEqual(doubts, [])
    assertAllAlive(mesh, nodes)
  })

  it('is not taken in by a node that was stopped for a minute', () => {
    const nodes = named(10)
    const mesh = createVirtualMesh({ nodes, seed: 4 })
    mesh.pass(SETTLE_MS)
    mesh.stop('n0')
    mesh.pass(MINUTE_MS)
    const deaths = recordDeaths(mesh)
    mesh.continue('n0')
    mesh.pass(SETTLE_MS)
    assert.deepEqual(deaths, [])
    assertAllAlive(mesh, nodes)
  })

  for (const count of [3, 5, 10, 20])
    it(`of ${count} tells a node that stood still of who died meanwhile: it takes that over within ${TAKEN_OVER_MS} ms`, () => {
      const nodes = named(count)
      for (let seed = 1; seed <= 5; seed += 1) {
        const mesh = createVirtualMesh({ nodes, seed, loss: 0.05 })
        mesh.pass(SETTLE_MS)
        mesh.stop('n0')
        mesh.pass(SETTLE_MS)
        mesh.kill('n1')
        mesh.pass(SETTLE_MS)
        const deaths = recordDeaths(mesh)
        mesh.continue('n0')
        mesh.pass(TAKEN_OVER_MS)
        assert.deepEqual(views(mesh, ['n0'], 'n1'), ['dead'], `seed ${seed}`)
        assert.equal(deaths.length, 1, `seed ${seed}`)
      }
    })

  it('sees the tenth silence as soon as the first, though each member stood still for a second before: that is no slow link', () => {
    const nodes = named(3)
    for (let seed = 1; seed <= 5; seed += 1) {
      const mesh = createVirtualMesh({ nodes, seed })
      mesh.pass(SETTLE_MS)
      for (let silence = 1; silence <= 10; silence += 1) {
        for (const node of nodes) {
          mesh.stop(node)
          mesh.pass(STOOD_STILL_MS)
          mesh.continue(node)
          mesh.pass(BACK_WITHIN_MS)
        }
        assertAllAlive(mesh, nodes)
        mesh.stop('n0')
        mesh.pass(SILENT_WITHIN_MS)
        assert.deepEqual(views(mesh, ['n1', 'n2'], 'n0'), ['dead'], `seed ${seed}, silence ${silence}`)
        mesh.continue('n0')
        mesh.pass(BACK_WITHIN_MS)
      }
    }
  })

  it('sees a silence as soon as any, whoever stood still before, for how long and how often', () => {
    const nodes = named(3)
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = createRandom(seed)
      const anyone = () => nodes[Math.floor(random() * nodes.length)] as string
      const mesh = createVirtualMesh({ nodes, seed })
      mesh.pass(SETTLE_MS)
      for (let silence = 1; silence <= 8; silence += 1) {
        for (let stalls = Math.floor(random() * 4); stalls >= 0; stalls -= 1) {
          const node = anyone()
          mesh.stop(node)
          mesh.pass(STOOD_STILL_MS * (0.7 + random() * 0.9))
          mesh.continue(node)
          mesh.pass(BACK_WITHIN_MS * (0.6 + random() * 2.4))
        }
        const silent = anyone()
        const others = nodes.filter((node) => node !== silent)
        mesh.stop(silent)
        mesh.pass(SILENT_WITHIN_MS)
        assert.deepEqual(views(mesh, others, silent), ['dead'], `seed ${seed}, silence ${silence}`)
        mesh.continue(silent)
        mesh.pass(3 * BACK_WITHIN_MS)
      }
    }
  })

  it('finds together after a partition that broke no connection', () => {
    const nodes = named(10)
    const mesh = createVirtualMesh({ nodes, seed: 5 })
    mesh.pass(SETTLE_MS)
    mesh.cut(nodes.slice(0, 5), nodes.slice(5))
    mesh.pass(20_000)
    assert.deepEqual(views(mesh, nodes.slice(0, 5), 'n7'), ['dead'])
    const deaths = recordDeaths(mesh)
    mesh.heal()
    mesh.pass(SETTLE_MS)
    assert.deepEqual(deaths, [])
    assertAllAlive(mesh, nodes)
  })

  it('is calm at rest: its messages per node and second do not grow with its size', () => {
    const rate = (count: number): number => {
      const mesh = createVirtualMesh({ nodes: named(count), seed: 6 })
      mesh.pass(SETTLE_MS)
      let sent = 0
      mesh.onSend(() => {
        sent += 1
      })
      mesh.pass(MINUTE_MS)
      return sent / count / (MINUTE_MS / 1000)
    }
    for (const count of [3, 20, 100]) assert.ok(rate(count) < 8, `${count} nodes: ${rate(count)}`)
  })
})
