/** What becomes of daemons and of the machines under them. Whatever ended is started again by and by. */
import { chance, pick } from '../random.ts'
import { HOUR_MS } from './clocks.ts'
import { anyMachine, type Fault, lasts, leaderOrAny } from './fault.ts'

/** A daemon that does not stop in this time is killed. */
const STOP_MS = 10_000

export const killDaemon: Fault = (mesh) => {
  const machine = anyMachine(mesh)
  machine.crash()
  return `the daemon of ${machine.name} is killed`
}

export const losePower: Fault = (mesh) => {
  const machine = anyMachine(mesh)
  machine.losePower()
  return `${machine.name} loses power`
}

export const loseLeader: Fault = (mesh) => {
  const machine = leaderOrAny(mesh)
  machine.losePower()
  return `${machine.name}, which may lead, loses power`
}

export const losePowerEverywhere: Fault = ({ machines }) => {
  for (const machine of machines) machine.losePower()
  return 'power fails everywhere'
}

/** Afterwards some clocks are an hour off, as where no battery keeps them. */
export const losePowerAndTime: Fault = ({ machines, random }) => {
  for (const { losePower, clock } of machines) {
    losePower()
    if (chance(random, 0.5)) clock.jump(pick(random, [-HOUR_MS, HOUR_MS]))
  }
  return 'power fails everywhere, and some clocks are an hour off'
}

export const stopDaemon: Fault = (mesh) => {
  const machine = anyMachine(mesh)
  const { core } = machine
  machine.stop()
  mesh.timeline.after(STOP_MS, () => {
    if (core !== null && machine.core === core) machine.crash()
  })
  return `the daemon of ${machine.name} is asked to stop`
}

export const pause: Fault = (mesh) => {
  const machine = anyMachine(mesh)
  machine.pause()
  lasts(mesh, machine.resume)
  return `the daemon of ${machine.name} is paused`
}

export const pauseLeader: Fault = (mesh) => {
  const machine = leaderOrAny(mesh)
  machine.pause()
  lasts(mesh, machine.resume)
  return `the daemon of ${machine.name}, which may lead, is paused`
}
