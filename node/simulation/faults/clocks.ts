import { between, pick, type Range } from '../random.ts'
import { anyMachine, type Fault, lasts } from './fault.ts'

export const HOUR_MS = 3_600_000
/** How long a machine sleeps: beyond every time-out of the mesh. */
const SLEEP_MS: Range = [200, 15_000]

export const jumpAnHour: Fault = (mesh) => {
  const { clock, name } = anyMachine(mesh)
  const byMs = pick(mesh.random, [-HOUR_MS, HOUR_MS])
  clock.jump(byMs)
  return `the wall clock of ${name} jumps by ${byMs} ms`
}

export const drift: Fault = (mesh) => {
  const { clock, name } = anyMachine(mesh)
  const byMs = Math.round(between(mesh.random, [-2_000, 2_000]))
  clock.jump(byMs)
  return `the wall clock of ${name} is set by ${byMs} ms`
}

export const sleep: Fault = (mesh) => {
  const machine = anyMachine(mesh)
  machine.sleep()
  lasts(mesh, machine.wake, SLEEP_MS)
  return `${machine.name} sleeps`
}
