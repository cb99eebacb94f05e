/** What `coterie doctor` and `node/daemon/doctor.ts` agree on. */
import type { Diagnosis } from './schemas/doctor.ts'
import type { ResolvedSettings } from './settings/index.ts'

export interface DoctorModuleRequest {
  readonly settings: ResolvedSettings
  readonly signal: AbortSignal
}

/** The face of `node/daemon/doctor.ts`. */
export interface DoctorModule {
  /** The machine alone, as a daemon with these settings would find it. @throws `addressInvalid`, the signal's reason */
  examineMachine(request: DoctorModuleRequest): Promise<Diagnosis>
}
