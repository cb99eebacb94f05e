import assert from 'node:assert/strict'
import type { Revision } from '../../crdt/index.ts'
import { createJury } from '../../node/simulation/checkers/jury.ts'
import { drive } from '../../node/simulation/drive.ts'
import { heal, judgeHealing } from '../../node/simulation/healing.ts'
import { createMesh, type Mesh } from '../../node/simulation/mesh.ts'
import type { Observation } from '../../node/simulation/observation.ts'
import { between, createRandom, type Range } from '../../node/simulation/random.ts'
import { createTimeline } from '../../node/simulation/timeline.ts'
import { startWorkload } from '../../node/simulation/workload/index.ts'

/** By then three vote, and something runs. */
const CALM_MS = 15_000
/** No stage takes as long, in virtual time: what it waits for will not come about. */
const STAGE_MS_MAX = 20 * 60_000
/** A daemon that ended is back after this time. */
const DOWN_MS: Range = [50, 4_000]

interface StagedRunInit {
  readonly seed: number
  readonly size: number
  /** The places of edge nodes among the machines. */
  readonly edges?: readonly number[]
  /** False where a daemon that ended is started by what happens alone. */
  readonly isRestarted?: boolean
}

/** Lets virtual time pass, in milliseconds. Fails where an invariant is broken, so that nobody waits for what cannot come any more. */
export type Pass = (ms: number) => Promise<void>

/**
 * Plays what happens to a calm mesh of whole nodes, instead of drawn faults, while people work with it. Fails unless every
 * invariant holds throughout, and unless everything that must come about after healing does.
 */
export const playStaged = async (
  { seed, size, edges = [], isRestarted = true }: StagedRunInit,
  happening: (mesh: Mesh, pass: Pass) => Promise<void>,
): Promise<void> => {
  const timeline = createTimeline()
  const random = createRandom(seed)
  const broken: string[] = []
  const isBroken = (): boolean => broken.length > 0
  const written: Revision[] = []
  const observe = (observation: Observation): void => {
    if (observation.type === 'written') written.push(observation.revision)
    if (observation.type === 'ended' && isRestarted) {
      const machine = mesh.machines.find(({ self }) => self === observation.node)
      timeline.after(between(random, DOWN_MS), () => machine?.start())
    }
    jury.judge(observation, (checker, what) => broken.push(`${timeline.nowMs()} ${checker}: ${what}`))
  }
  const mesh = createMesh({ timeline, random, size, edges, observe })
  const jury = createJury(mesh.world)
  const pass: Pass = async (ms) => {
    await drive(timeline, timeline.nowMs() + ms, isBroken)
    assert.deepEqual(broken, [])
    assert.ok(timeline.nowMs() < STAGE_MS_MAX, 'what the stage waits for does not come about')
  }
  mesh.machines[0]?.start()
  for (const machine of mesh.machines.slice(1)) mesh.join(machine)
  const workload = startWorkload(mesh, 'whole')
  await pass(CALM_MS)
  await happening(mesh, pass)
  workload.end()
  const healed = heal(mesh, written)
  workload.insist()
  const missing = isBroken() ? null : await judgeHealing(healed, 'whole', isBroken)
  assert.deepEqual(broken, [])
  assert.equal(missing, null, `${missing?.checker}: ${missing?.what}`)
}
