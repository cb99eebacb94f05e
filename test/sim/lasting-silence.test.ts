/** What lasts longer than the faults of a run: a daemon that stands still for a minute, as by SIGSTOP, and all machines without power. */
import assert from 'node:assert/strict'
import { createJury } from '../../node/simulation/checkers/jury.ts'
import { drive } from '../../node/simulation/drive.ts'
import { leads } from '../../node/simulation/faults/fault.ts'
import { losePowerAndTime } from '../../node/simulation/faults/processes.ts'
import { heal, judgeHealing } from '../../node/simulation/healing.ts'
import type { Machine } from '../../node/simulation/machine.ts'
import { createMesh, type Mesh } from '../../node/simulation/mesh.ts'
import type { Observation } from '../../node/simulation/observation.ts'
import { between, createRandom } from '../../node/simulation/random.ts'
import { createTimeline } from '../../node/simulation/timeline.ts'
import { startWorkload } from '../../node/simulation/workload/index.ts'

const SIZE = 4
const SEEDS = [1, 2, 3]
/** By then three vote, and something runs. */
const CALM_MS = 15_000
const STILL_MS = [60_000, 70_000] as const
const LOOK_MS = 250
/** Who stood still goes on by itself for a while, before it is judged. */
const AFTERWARDS_MS = 3_000

const runsSomething = ({ engine }: Machine): boolean => engine.containers().some(({ isRunning }) => isRunning)

/** Plays `happening` in a mesh that people work with all the while; every invariant must hold, and all must be well afterwards. */
const play = async (
  seed: number,
  happening: (mesh: Mesh, pass: (ms: number) => Promise<void>) => Promise<void>,
): Promise<void> => {
  const timeline = createTimeline()
  const random = createRandom(seed)
  const broken: string[] = []
  const isBroken = (): boolean => broken.length > 0
  let written: readonly Extract<Observation, { type: 'written' }>['revision'][] = []
  const observe = (observation: Observation): void => {
    if (observation.type === 'ended') {
      const machine = mesh.machines.find(({ self }) => self === observation.node)
      timeline.after(between(random, [50, 4_000]), () => machine?.start())
    }
    if (observation.type === 'written') written = [...written, observation.revision]
    jury.judge(observation, (checker, what) => broken.push(`${timeline.nowMs()} ${checker}: ${what}`))
  }
  const mesh = createMesh({ timeline, random, size: SIZE, observe })
  const jury = createJury(mesh.world)
  const pass = (ms: number): Promise<void> => drive(timeline, timeline.nowMs() + ms, isBroken)
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

describe('a simulated mesh', function () {
  this.timeout(120_000)

  for (const [who, fits] of [
    ['leads', leads],
    ['runs something', runsSomething],
  ] as const)
    for (const seed of SEEDS)
      it(`loses nothing while a node that ${who} stands still for a minute, nor when it goes on (seed ${seed})`, () =>
        play(seed, async ({ machines, random }, pass) => {
          while (!machines.some(fits)) await pass(LOOK_MS)
          const still = machines.find(fits) as Machine
          still.pause()
          await pass(between(random, STILL_MS))
          assert.ok(machines.some((machine) => machine !== still && leads(machine)))
          still.resume()
          await pass(AFTERWARDS_MS)
        }))

  for (const seed of SEEDS)
    it(`is the same mesh after power failed everywhere, though some clocks are an hour off (seed ${seed})`, () =>
      play(seed, async (mesh, pass) => {
        losePowerAndTime(mesh, () => false)
        await pass(CALM_MS)
      }))
})
