/** What lasts longer than a lease, and what keeps the watchdog from its work. */
import type { Machine } from '../machine.ts'
import type { Mesh } from '../mesh.ts'
import { between, pick, type Range } from '../random.ts'
import { anyMachine, type Fault, lasts, leaderOrAny, leads } from './fault.ts'
import { cutAll, cutAround, idsOf } from './links.ts'

/** From well below a lease to well beyond one and the patience of a leader. */
const LONG_MS: Range = [2_000, 20_000]

/** What an answer may wait for in a daemon that stalls, and still be of use. */
const STALL_MS: Range = [3_000, 6_400]
/** Longer than the patience of a leader. */
const SLEEP_MS: Range = [11_000, 18_000]

/** By how much answers may be late, and still be of use. */
const LAG_MS: Range = [4_000, 6_400]
/** For how long its requests still arrive: not until it is held to be dead. */
const HEARD_MS: Range = [200, 3_500]
/** Until the others have done without it. */
const MUTE_MS: Range = [12_000, 18_000]

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

/**
 * What comes to whoever runs something is late by seconds, what it says is not, and then it is not heard any more: the last
 * answers come when others count on its silence since.
 */
export const lateAnswers: Fault = (mesh) => {
  const { timeline, random, machines, network } = mesh
  const executors = machines.filter(
    (each) => !leads(each) && each.engine.containers().some(({ isRunning }) => isRunning),
  )
  if (executors.length === 0) return 'nobody runs anything but the leader'
  const { self, name } = pick(random, executors)
  const others = idsOf(mesh).filter((other) => other !== self)
  const lag = (byMs: number): void => {
    for (const other of others) network.links.lag(other, self, byMs)
  }
  lag(between(random, LAG_MS))
  timeline.after(between(random, HEARD_MS), () => {
    const hear = cutAll(
      mesh,
      others.map((other) => [self, other] as const),
    )
    lasts(
      mesh,
      () => {
        lag(0)
        hear()
      },
      MUTE_MS,
    )
  })
  return `${name} hears late, and soon nobody hears it`
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
