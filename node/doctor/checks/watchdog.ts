/** What ends exclusive tasks where the daemon cannot. */
import type { Status } from '../../../protocols/control/index.ts'
import { good, type Verdict, warning } from '../verdict.ts'

export interface WatchdogFacts extends Pick<Status['watchdog'], 'kills' | 'detail'> {
  readonly dataDir: string
  /** Whether the daemon starts one. */
  readonly isStartedHere: boolean
  readonly hasEngine: boolean
}

export const judgeWatchdog = (facts: WatchdogFacts): Verdict[] => {
  const { kills, detail, dataDir, isStartedHere, hasEngine } = facts
  if (kills.includes('docker')) return [good(`kills ${detail}`)]
  if (kills.length > 0)
    return [
      hasEngine
        ? warning(`kills plain programs only: ${detail}`, 'Run the watchdog as root: packaging/ has its unit')
        : good(`kills plain programs; there is no engine whose containers it could kill`),
    ]
  const fix = isStartedHere
    ? 'Look at the log of the daemon for why it was not started'
    : `Start it: coterie watchdog --data-dir ${dataDir}, or its unit in packaging/`
  return [warning(`no exclusive service runs here: ${detail}`, fix)]
}
