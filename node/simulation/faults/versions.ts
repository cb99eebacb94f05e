/** Machines that are updated one after the other, and machines on which somebody puts the previous version back. */
import { SUPPORTED, type VersionRange } from '../../../protocols/versions/index.ts'
import { between, type Range } from '../random.ts'
import { anyMachine, type Fault, lasts } from './fault.ts'

/** The previous version, which tells no range. */
export const PREVIOUS: VersionRange = { least: 1, most: 1 }

/** Each machine is updated within this time, in milliseconds. */
const UPDATED_MS: Range = [500, 12_000]
/** How long the previous version stays. */
const BACK_MS: Range = [500, 8_000]

export const updateOneByOne: Fault = ({ timeline, random, machines }) => {
  for (const machine of machines)
    timeline.after(between(random, UPDATED_MS), () => machine.install(SUPPORTED))
  return 'all machines are updated by and by'
}

export const goBack: Fault = (mesh) => {
  const machine = anyMachine(mesh)
  machine.install(PREVIOUS)
  lasts(mesh, () => machine.install(SUPPORTED), BACK_MS)
  return `the previous version is put back on ${machine.name}`
}
