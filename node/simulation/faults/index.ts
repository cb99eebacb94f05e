import type { MeshKind } from '../kind.ts'
import type { Mesh } from '../mesh.ts'
import { between, pick, type Range } from '../random.ts'
import { drawSwarm, ofWeight, type Weighted } from '../swarm.ts'
import { loseAssignees } from './assignees.ts'
import { drift, jumpAnHour, sleep } from './clocks.ts'
import { failWrite, fillDisk, killAfterSync, killBeforeSync, slowDisk } from './disks.ts'
import { hangEngine, killContainer, stopEngine } from './engines.ts'
import type { Fault } from './fault.ts'
import { flicker, flickerOn } from './flicker.ts'
import {
  cutOff,
  cutOffLeader,
  lateAnswers,
  pauseLeaderLong,
  pauseLong,
  sleepThenCutOff,
  stallThenCutOff,
  stopWatchdog,
} from './leases.ts'
import { cutAtRandom, cutOneWay, deafen, mute, split, splitForLong, splitThatMoves, worsen } from './links.ts'
import {
  killDaemon,
  loseLeader,
  losePower,
  losePowerEverywhere,
  pause,
  pauseLeader,
  stopDaemon,
} from './processes.ts'
import { strandFollower } from './strand.ts'
import { goBack, updateOneByOne } from './versions.ts'
import { changeVoters, loseDisk, replaceDisk, transfer } from './voters.ts'

/** Time from one fault to the next, in milliseconds: a run keeps to one. Many faults last longer, so they overlap. */
const PAUSES_MS: readonly Range[] = [
  [100, 1_000],
  [150, 2_500],
  [150, 2_500],
  [500, 6_000],
]

/** What goes wrong, and how often beside the others. */
const ALL = {
  killDaemon: [2, killDaemon],
  losePower: [2, losePower],
  loseLeader: [3, loseLeader],
  losePowerEverywhere: [1, losePowerEverywhere],
  flicker: [1, flicker],
  stopDaemon: [1, stopDaemon],
  pause: [2, pause],
  pauseLeader: [1, pauseLeader],
  sleep: [1, sleep],
  jumpAnHour: [1, jumpAnHour],
  drift: [1, drift],
  split: [4, split],
  splitForLong: [1, splitForLong],
  splitThatMoves: [2, splitThatMoves],
  deafen: [2, deafen],
  mute: [1, mute],
  cutOneWay: [2, cutOneWay],
  cutAtRandom: [1, cutAtRandom],
  worsen: [3, worsen],
  killBeforeSync: [2, killBeforeSync],
  killAfterSync: [2, killAfterSync],
  failWrite: [1, failWrite],
  fillDisk: [1, fillDisk],
  slowDisk: [1, slowDisk],
  stopEngine: [1, stopEngine],
  hangEngine: [1, hangEngine],
  killContainer: [1, killContainer],
  changeVoters: [3, changeVoters],
  transfer: [2, transfer],
  strandFollower: [1, strandFollower],
  loseAssignees: [1, loseAssignees],
  loseDisk: [1, loseDisk],
  replaceDisk: [2, replaceDisk],
} as const satisfies Readonly<Record<string, Weighted<Fault>[number]>>

/** What goes wrong in runs of leases, and only when asked for in others. */
const OF_LEASES = {
  cutOff: [4, cutOff],
  cutOffLeader: [4, cutOffLeader],
  pauseLong: [3, pauseLong],
  pauseLeaderLong: [3, pauseLeaderLong],
  stallThenCutOff: [3, stallThenCutOff],
  lateAnswers: [4, lateAnswers],
  sleepThenCutOff: [3, sleepThenCutOff],
  stopWatchdog: [2, stopWatchdog],
} as const satisfies Readonly<Record<string, Weighted<Fault>[number]>>

const NAMED = { ...ALL, ...OF_LEASES }

export type FaultName = keyof typeof NAMED

export const FAULT_NAMES = Object.keys(NAMED) as readonly FaultName[]

const FAULTS: Readonly<Record<MeshKind, Weighted<Fault>>> = {
  whole: Object.values(ALL),
  upgrade: [...Object.values(ALL), [4, goBack]],
  log: Object.values(ALL),
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
  leases: [
    ...Object.values(OF_LEASES),
    [2, sleep],
    [5, worsen],
    [1, loseLeader],
    [1, killDaemon],
    [1, losePower],
    [1, hangEngine],
    [1, transfer],
  ],
}

/** What goes wrong from the first moment on, in every run. */
const ALWAYS: Readonly<Record<MeshKind, readonly Fault[]>> = {
  whole: [],
  upgrade: [updateOneByOne],
  log: [],
  elections: [flickerOn],
  leases: [],
}

/**
 * Lets those faults happen that this run has, or those that are given, until the returned function ends it; what is under way then
 * ends in its own time.
 */
export const startFaults = (mesh: Mesh, kind: MeshKind, names?: readonly FaultName[]): (() => void) => {
  const { timeline, random, observe } = mesh
  const faults =
    names === undefined ? drawSwarm(random, FAULTS[kind]) : ofWeight(names.map((name) => NAMED[name]))
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
