import assert from 'node:assert/strict'
import { createLookout } from '../../../node/scheduler/lookout.ts'
import { reconcile } from '../../../node/scheduler/reconcile.ts'
import { createDecisions, type Decision } from '../../../protocols/decisions/index.ts'
import { type ServiceSpec, serviceKey } from '../../../protocols/spec/index.ts'
import { NODE, ONE_NODE, SPEC } from './one-node.ts'

const [WAITING, STANDING] = [serviceKey('shop', 'a-waiting'), serviceKey('shop', 'standing')]

/** What a node has for one task alone. */
const SCARCE: Readonly<Record<string, Partial<ServiceSpec>>> = {
  'a port': { ports: [{ protocol: 'tcp', target: 80, published: 8080 }] },
  memory: { resources: { reserved: { memoryMb: 600 } } },
  'a processor': { resources: { reserved: { milliCpus: 600 } } },
}

/** One node, and two services that want the same of it; the second has it. */
const openWorld = (scarce: Partial<ServiceSpec>) => {
  const spec: ServiceSpec = { ...SPEC, ...scarce }
  const { view, apply } = createDecisions()
  let told: (applied: { decision: Decision; outcome: { ok: boolean } }) => void = () => {}
  const decide = (decision: Decision): number => {
    const index = view.appliedIndex + 1
    told({ decision, outcome: apply(index, decision) })
    return index
  }
  decide({ type: 'nodeAdmitted', node: NODE, name: 'one', addresses: [], atMs: 1 })
  for (const [at, object] of [WAITING, STANDING].entries())
    decide({
      type: 'revisionAccepted',
      revision: String(at).padStart(64, '0'),
      object,
      parents: [],
      hlc: { wallMs: at, counter: 0 },
      removed: false,
    })
  const planned = { object: STANDING, slot: 0, node: NODE, replaces: null, reason: 'first' }
  const assignment = { ...planned, revision: '1'.padStart(64, '0') }
  const index = decide({ type: 'taskAssigned', ...assignment })
  const never = () => () => {}
  const lookout = createLookout({
    decisions: {
      view,
      onApplied: (listener) => {
        told = listener
        return () => {}
      },
      onRestored: never,
    },
    records: { specOf: () => spec, statusOf: () => null, onChange: never },
    leases: {
      withheldFor: () => null,
      movableAtMs: () => 0,
      silentForMs: () => 0,
      isHeldDown: () => false,
    },
    members: { nodes: () => [ONE_NODE], onChange: never },
    clock: { nowMs: () => 1_000, wallMs: () => 1_000 },
  })
  lookout.follow(() => {})
  /** What a round would assign that looks at so many slots. */
  const round = (slotsMax: number): string[] => {
    if (lookout.look({ isReview: false })) lookout.lookAgain()
    const plan = reconcile(lookout.takeView(slotsMax))
    lookout.note(plan)
    return plan.assign.map(({ object }) => object)
  }
  const release = () => {
    for (const task of view.tasks.keys()) decide({ type: 'taskReleased', task, reason: 'over' })
  }
  return { round, release, lookout, answer: () => lookout.assigned(assignment, index) }
}

for (const [what, scarce] of Object.entries(SCARCE))
  describe(`${what}, right after a start`, () => {
    it('is given to nobody before it is known who has it', () => {
      const { round } = openWorld(scarce)
      assert.deepEqual(round(1), [])
      assert.deepEqual(round(1), [])
      assert.deepEqual(round(128), [])
    })

    it('is given as soon as it is known that it is free', () => {
      const { round, release } = openWorld(scarce)
      release()
      assert.deepEqual([...round(1), ...round(1)], [])
      assert.equal([...round(128), ...round(128)].length > 0, true)
    })

    it('is free when the answer to an assignment comes after the task went', () => {
      const { round, release, answer } = openWorld(scarce)
      round(128)
      release()
      answer()
      assert.equal(round(128).length, 1)
    })
  })

describe('what tasks claim, right after a start', () => {
  it('is told as far as it is known, when somebody asks where a service would go', () => {
    const { round, lookout } = openWorld({ ...SCARCE['a port'], ...SCARCE.memory })
    const told = () => {
      const { standing } = lookout.present()
      return [standing.publishing(NODE, 'tcp/8080'), standing.reservedOn(NODE).memoryMb]
    }
    round(1)
    assert.deepEqual(told(), [0, 64])
    round(128)
    assert.deepEqual(told(), [1, 600])
  })
})
