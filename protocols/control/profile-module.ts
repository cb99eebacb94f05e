/** What `coterie profile` and `node/profile` agree on. */
import type { HardwareProfile, ProfiledNode } from '../profile/index.ts'

export type { HardwareProfile, ProfiledNode } from '../profile/index.ts'

export interface ProfileRequest {
  /** Whose file system counts as the machine's storage. */
  readonly dataDir: string
  readonly node: ProfiledNode
  /** Ends the reading. */
  readonly signal: AbortSignal
}

/** The face of `node/profile`. */
export interface ProfileModule {
  /** The profile of this machine, within ten seconds: what could not be found out is null, with its reason. @throws the signal's reason */
  readProfile(request: ProfileRequest): Promise<HardwareProfile>
}
