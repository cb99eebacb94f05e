/** `coterie doctor` where no daemon runs: the machine alone. See docs/design/doctor.md. */
import type { DoctorModule } from '../../protocols/control/index.ts'
import { examineMachine as examine } from '../doctor/index.ts'
import { examinedBy } from './examined.ts'

/** See `DoctorModule`. */
export const examineMachine: DoctorModule['examineMachine'] = async ({ settings, signal }) => {
  const findings = await examine(examinedBy(settings.values, null))
  signal.throwIfAborted()
  return { findings }
}
