/** What lasts longer than a lease, and what keeps the watchdog from its work. */
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'
import type { Range } from '../random.ts'
import { anyMachine, type Fault, lasts, leaderOrAny } from './fault.ts'
import { cutAround } from './links.ts'

/** From well below a lease to well beyond one and the patience of a leader. */
const LONG_MS: Range = [2_000, 20_000]

/** What an answer may wait for in a daemon that stalls, and still be of use. */
const STALL_MS: Range = [3_000, 6_400]
/** Longer than the patience of a leader. */
const SLEEP_MS: Range = [11_000, 18_000]

const cutOffMachine = (mesh: Mesh, machine: Machine): string => {
  lasts(mesh, cutAround(mesh, machine), LONG_MS)
  return `${machine.name} is cut off`
}

export const cutOff: Fault = (mesh) => cutOffMachine(mesh, anyMachine(mesh))

export const cutOffLeader: Fault = (mesh) => cutOffMachine(mesh, leaderOrAny(mesh))

const pauseMachine = (mesh: Mesh, machine: Machine): string => {
  machine.pause()
  lasts(mesh, machine.resume, LONG_MS)
  return `the daemon of ${machine.name} is paused for long`
}

export const pauseLong: Fault = (mesh) => pauseMachine(mesh, anyMachine(mesh))

export const pauseLeaderLong: Fault = (mesh) => pauseMachine(mesh, leaderOrAny(mesh))

/** As of a machine that swaps until its network fails, too. */
export const stallThenCutOff: Fault = (mesh) => {
  const machine = anyMachine(mesh)
  machine.pause()
  lasts(
    mesh,
    () => {
      cutOffMachine(mesh, machine)
      machine.resume()
    },
    STALL_MS,
  )
  return `the daemon of ${machine.name} stalls, and is cut off when it goes on`
}

/** As of a computer that is opened again where there is no network. */
export const sleepThenCutOff: Fault = (mesh) => {
  const machine = leaderOrAny(mesh)
  machine.sleep()
  lasts(
    mesh,
    () => {
      cutOffMachine(mesh, machine)
      machine.wake()
    },
    SLEEP_MS,
  )
  return `${machine.name} sleeps, and wakes cut off`
}

export const stopWatchdog: Fault = (mesh) => {
  const machine = anyMachine(mesh)
  machine.stopWatchdog()
  lasts(mesh, machine.continueWatchdog, LONG_MS)
  return `the watchdog of ${machine.name} stands still`
}
