import type { Settings } from '../../protocols/control/settings/index.ts'
import type { Clock } from '../ports/clock.ts'
import type { AddressFacts } from './checks/addresses.ts'
import type { CertificateFacts } from './checks/certificates.ts'
import type { LogFacts } from './checks/logs.ts'
import type { NameFacts } from './checks/names.ts'
import type { OpenLanFacts } from './checks/open-lan.ts'
import type { Listener, PortsComponents } from './checks/ports.ts'
import type { PublishedFacts } from './checks/published.ts'
import type { ReadinessFacts } from './checks/readiness.ts'
import type { VoterFacts } from './checks/voters.ts'
import type { WatchdogFacts } from './checks/watchdog.ts'

/** What only the daemon of this machine knows. */
export interface Running {
  /** Why it is not ready; empty where it is. */
  unready(): ReadinessFacts
  voters(): VoterFacts
  /** Null while nobody may ask it to join. */
  openLan(): OpenLanFacts | null
  listeners(): readonly Listener[]
  published(): PublishedFacts
  addresses(): AddressFacts
  watchdog(): Promise<WatchdogFacts>
  certificates(): CertificateFacts
  logs(): LogFacts
}

/** A machine, with its daemon or without one. */
export interface Examined extends PortsComponents {
  readonly settings: Pick<Settings, 'dataDir' | 'dockerSocket' | 'processes'>
  readonly clock: Pick<Clock, 'wallMs' | 'after'>
  /** Null where the system has no such numbers. */
  readonly user: number | null
  /** Whether a control group can be made here for each plain program. */
  holdsGroups(): Promise<boolean>
  /** Where a daemon with these settings would listen. */
  listeners(): readonly Listener[]
  names(): readonly Pick<NameFacts, 'name' | 'of'>[]
  /** Null where no daemon runs. */
  readonly running: Running | null
}
