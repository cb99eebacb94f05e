/** What edge nodes do where they are left alone, which drawn runs seldom show. */
import assert from 'node:assert/strict'
import { leads } from '../../node/simulation/faults/fault.ts'
import type { Machine } from '../../node/simulation/machine.ts'
import { type Pass, playStaged } from './staged-run.ts'

const SEEDS = [1, 2, 3]
/** Those in which people deploy something while a node drains. */
const DRAIN_SEEDS = [2, 4]
const DRAINED_MS = 60_000
/** Three election time-outs, and an election. */
const PATIENT_MS = 6_000
const A_WHILE_MS = 20_000
const LOOK_MS = 250

const viewOf = ({ core }: Machine) => core?.planes.decisions.view
const votersOf = ({ core }: Machine): readonly string[] =>
  core?.planes.consensus.view().configuration.voters ?? []
const tokensOf = (machine: Machine): readonly number[] =>
  [...(viewOf(machine)?.tasks.values() ?? [])].map(({ token }) => token)
const headsOf = (machine: Machine): readonly string[] =>
  [...(viewOf(machine)?.objects.values() ?? [])].map(({ head }) => head)

/** Until it is so. */
const drain = async ({ self, core }: Machine, draining: boolean, pass: Pass): Promise<void> => {
  const decisions = core?.planes.decisions
  while (decisions?.view.nodes.get(self)?.draining !== draining) {
    decisions?.decide({ type: 'nodeDrained', node: self, draining }).catch(() => undefined)
    await pass(LOOK_MS)
  }
}

describe('edge nodes', function () {
  this.timeout(120_000)

  for (const seed of SEEDS) {
    it(`without the only full node keep what was decided, plan nothing, and make way when it is back (seed ${seed})`, () =>
      playStaged({ seed, size: 3, edges: [1, 2], isRestarted: false }, async ({ machines }, pass) => {
        const [full, ...edges] = machines as [Machine, Machine, Machine]
        while (votersOf(full).length < 3) await pass(LOOK_MS)
        full.losePower()
        await pass(PATIENT_MS)
        const [edge] = edges as [Machine, Machine]
        const before = [tokensOf(edge), headsOf(edge)]
        assert.ok(edges.some(leads))
        await pass(A_WHILE_MS)
        assert.ok(edges.some(leads))
        assert.deepEqual([tokensOf(edge), headsOf(edge)], before)
        full.start()
        await pass(PATIENT_MS)
        assert.ok(leads(full))
      }))

    it(`without the full nodes that voted give a seat to another one, which leads (seed ${seed})`, () =>
      playStaged({ seed, size: 5, edges: [1, 2], isRestarted: false }, async ({ machines }, pass) => {
        const ids = machines.map(({ self }) => self)
        for (const machine of machines)
          if (leads(machine)) machine.core?.planes.consensus.changeVoters(ids.slice(0, 3))
        await pass(LOOK_MS)
        const [full, , , third, fourth] = machines as [Machine, Machine, Machine, Machine, Machine]
        full.losePower()
        await pass(2 * PATIENT_MS)
        assert.ok(leads(third) || leads(fourth))
        full.start()
      }))
  }

  for (const seed of DRAIN_SEEDS) {
    it(`have what ran on the only full node while it drains, which goes on leading and planning (seed ${seed})`, () =>
      playStaged({ seed, size: 3, edges: [1, 2] }, async ({ machines }, pass) => {
        const [full] = machines as [Machine, Machine, Machine]
        while (votersOf(full).length < 3) await pass(LOOK_MS)
        const before = headsOf(full)
        await drain(full, true, pass)
        // Others drain too, for moments in which there is no other place.
        const isPlanned = (): boolean =>
          [...(viewOf(full)?.tasksOn(full.self) ?? [])].length === 0 && `${headsOf(full)}` !== `${before}`
        for (let passedMs = 0; passedMs < DRAINED_MS && !isPlanned(); passedMs += LOOK_MS) await pass(LOOK_MS)
        assert.ok(leads(full))
        assert.ok(isPlanned())
        await drain(full, false, pass)
      }))
  }
})
