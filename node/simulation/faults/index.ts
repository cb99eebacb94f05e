import type { SimulationKind } from '../kind.ts'
import type { Mesh } from '../mesh.ts'
import { between, pick, type Range } from '../random.ts'
import { drawSwarm, type Weighted } from '../swarm.ts'
import { drift, jumpAnHour, sleep } from './clocks.ts'
import { failWrite, fillDisk, killAfterSync, killBeforeSync, slowDisk } from './disks.ts'
import { hangEngine, killContainer, stopEngine } from './engines.ts'
import type { Fault } from './fault.ts'
import { flicker, flickerOn } from './flicker.ts'
import { cutAtRandom, cutOneWay, deafen, mute, split, splitThatMoves, worsen } from './links.ts'
import {
  killDaemon,
  loseLeader,
  losePower,
  losePowerEverywhere,
  pause,
  pauseLeader,
  stopDaemon,
} from './processes.ts'
import { changeVoters, loseDisk, replaceDisk, transfer } from './voters.ts'

/** Time from one fault to the next, in milliseconds: a run keeps to one. Many faults last longer, so they overlap. */
const PAUSES_MS: readonly Range[] = [
  [100, 1_000],
  [150, 2_500],
  [150, 2_500],
  [500, 6_000],
]

/** What goes wrong, and how often beside the others. */
const ALL: Weighted<Fault> = [
  [2, killDaemon],
  [2, losePower],
  [3, loseLeader],
  [1, losePowerEverywhere],
  [1, flicker],
  [1, stopDaemon],
  [2, pause],
  [1, pauseLeader],
  [1, sleep],
  [1, jumpAnHour],
  [1, drift],
  [4, split],
  [2, splitThatMoves],
  [2, deafen],
  [1, mute],
  [2, cutOneWay],
  [1, cutAtRandom],
  [3, worsen],
  [2, killBeforeSync],
  [2, killAfterSync],
  [1, failWrite],
  [1, fillDisk],
  [1, slowDisk],
  [1, stopEngine],
  [1, hangEngine],
  [1, killContainer],
  [3, changeVoters],
  [2, transfer],
  [1, loseDisk],
  [2, replaceDisk],
]

const FAULTS: Readonly<Record<SimulationKind, Weighted<Fault>>> = {
  whole: ALL,
  log: ALL,
  elections: [
    [3, loseLeader],
    [1, losePowerEverywhere],
    [2, pause],
    [1, pauseLeader],
    [3, split],
    [2, deafen],
    [2, worsen],
    [1, slowDisk],
    [1, killBeforeSync],
    [1, killAfterSync],
    [1, changeVoters],
    [1, transfer],
  ],
}

/** What goes wrong from the first moment on, in every run. */
const ALWAYS: Readonly<Record<SimulationKind, readonly Fault[]>> = {
  whole: [],
  log: [],
  elections: [flickerOn],
}

/** Lets those faults happen that this run has, until the returned function ends it; what is under way then ends in its own time. */
export const startFaults = (mesh: Mesh, kind: SimulationKind): (() => void) => {
  const { timeline, random, observe } = mesh
  const faults = drawSwarm(random, FAULTS[kind])
  const pauseMs = pick(random, PAUSES_MS)
  let isOver = false
  const begin = (fault: Fault): void => observe({ type: 'fault', what: fault(mesh, () => isOver) })
  let cancel: () => void
  const next = (): void => {
    cancel = timeline.after(between(random, pauseMs), () => {
      begin(pick(random, faults))
      next()
    })
  }
  for (const fault of ALWAYS[kind]) begin(fault)
  next()
  return () => {
    isOver = true
    cancel()
  }
}
