import type { Mesh } from '../mesh.ts'
import { between, pick, type Range } from '../random.ts'
import { drift, jumpAnHour, sleep } from './clocks.ts'
import { failWrite, fillDisk, killAfterSync, killBeforeSync, slowDisk } from './disks.ts'
import { hangEngine, killContainer, stopEngine } from './engines.ts'
import type { Fault } from './fault.ts'
import { flicker } from './flicker.ts'
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

/** Time from one fault to the next, in milliseconds; many last longer, so they overlap. */
const PAUSE_MS: Range = [150, 2_500]

/** What goes wrong, and how often beside the others. */
const FAULTS: readonly (readonly [weight: number, fault: Fault])[] = [
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
  [1, replaceDisk],
]

const DRAWN: readonly Fault[] = FAULTS.flatMap(([weight, fault]) => Array<Fault>(weight).fill(fault))

/** Lets faults happen until the returned function ends it; what is under way then ends in its own time. */
export const startFaults = (mesh: Mesh): (() => void) => {
  const { timeline, random, observe } = mesh
  let isOver = false
  let cancel: () => void
  const next = (): void => {
    cancel = timeline.after(between(random, PAUSE_MS), () => {
      observe({ type: 'fault', what: pick(random, DRAWN)(mesh, () => isOver) })
      next()
    })
  }
  next()
  return () => {
    isOver = true
    cancel()
  }
}
