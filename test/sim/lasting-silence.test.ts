/** What lasts longer than the faults of a run: a daemon that stands still for a minute, as by SIGSTOP, and all machines without power. */
import assert from 'node:assert/strict'
import { leads } from '../../node/simulation/faults/fault.ts'
import { losePowerAndTime } from '../../node/simulation/faults/processes.ts'
import type { Machine } from '../../node/simulation/machine.ts'
import { between, type Range } from '../../node/simulation/random.ts'
import { playStaged } from './staged-run.ts'

const SIZE = 4
const SEEDS = [1, 2, 3]
const LOOK_MS = 250
const STILL_MS: Range = [60_000, 70_000]
/** Who stood still goes on by itself for a while, before it is judged. */
const AFTERWARDS_MS = 3_000
/** All are back by then. */
const BACK_MS = 15_000

const runsSomething = ({ engine }: Machine): boolean => engine.containers().some(({ isRunning }) => isRunning)

describe('a simulated mesh', function () {
  this.timeout(120_000)

  for (const [who, fits] of [
    ['leads', leads],
    ['runs something', runsSomething],
  ] as const)
    for (const seed of SEEDS)
      it(`loses nothing while a node that ${who} stands still for a minute, nor when it goes on (seed ${seed})`, () =>
        playStaged({ seed, size: SIZE }, async ({ machines, random }, pass) => {
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
      playStaged({ seed, size: SIZE }, async (mesh, pass) => {
        losePowerAndTime(mesh, () => false)
        await pass(BACK_MS)
      }))
})
