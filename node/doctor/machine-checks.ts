/** The checks of this machine, in the order in which they are shown. To add one: a file in `checks/`, and a row here. */
import { judgeAddresses } from './checks/addresses.ts'
import { judgeCertificates } from './checks/certificates.ts'
import { judgeDate } from './checks/date.ts'
import { judgeDisk, measureDisk } from './checks/disk.ts'
import { judgeDocker, measureDocker } from './checks/docker.ts'
import { judgeLogs } from './checks/logs.ts'
import { judgeNames, measureNames } from './checks/names.ts'
import { judgeOpenLan } from './checks/open-lan.ts'
import { judgePorts, measureFree, measureOpen } from './checks/ports.ts'
import { judgePrivileges } from './checks/privileges.ts'
import { judgePublished } from './checks/published.ts'
import { judgeReadiness } from './checks/readiness.ts'
import { judgeVoters } from './checks/voters.ts'
import { judgeWatchdog } from './checks/watchdog.ts'
import type { Examined } from './examined.ts'
import type { Verdict } from './verdict.ts'

export interface MachineCheck {
  readonly id: string
  /** None where there is nothing to look at. */
  examine(examined: Examined): Promise<readonly Verdict[]>
}

export const MACHINE_CHECKS: readonly MachineCheck[] = [
  {
    id: 'daemon',
    examine: async ({ running }) => (running === null ? [] : judgeReadiness(running.unready())),
  },
  { id: 'voters', examine: async ({ running }) => (running === null ? [] : judgeVoters(running.voters())) },
  {
    id: 'open-lan',
    examine: async ({ running, clock }) =>
      running === null ? [] : judgeOpenLan(running.openLan(), clock.wallMs()),
  },
  {
    id: 'ports',
    examine: async (examined) => {
      const { running } = examined
      return judgePorts(
        await (running === null
          ? measureFree(examined, examined.listeners())
          : measureOpen(running.listeners())),
      )
    },
  },
  {
    id: 'published',
    examine: async ({ running }) => (running === null ? [] : judgePublished(running.published())),
  },
  {
    id: 'addresses',
    examine: async ({ running }) => (running === null ? [] : judgeAddresses(running.addresses())),
  },
  {
    id: 'docker',
    examine: async ({ settings: { dockerSocket, processes } }) =>
      judgeDocker(await measureDocker(dockerSocket, processes)),
  },
  {
    id: 'watchdog',
    examine: async ({ running }) => (running === null ? [] : judgeWatchdog(await running.watchdog())),
  },
  {
    id: 'privileges',
    examine: async ({ user, holdsGroups, settings: { processes } }) =>
      user === null ? [] : judgePrivileges({ user, holdsGroups: await holdsGroups(), processes }),
  },
  { id: 'disk', examine: async ({ settings: { dataDir } }) => judgeDisk(await measureDisk(dataDir)) },
  { id: 'logs', examine: async ({ running }) => (running === null ? [] : judgeLogs(running.logs())) },
  { id: 'names', examine: async ({ names }) => judgeNames(await measureNames(names())) },
  {
    id: 'certificates',
    examine: async ({ running }) => (running === null ? [] : judgeCertificates(running.certificates())),
  },
  { id: 'clock', examine: async ({ clock }) => judgeDate(clock.wallMs()) },
]
