/** A daemon that guards one task for a moment, says so, and waits for what becomes of it. */
import { systemClock } from '../../../node/daemon/system-clock.ts'
import { bootMs, createWatchdogClient } from '../../../node/watchdog/index.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const [dataDir = '', guard = '', forMs = ''] = process.argv.slice(2)
const client = createWatchdogClient({ clock: systemClock, logger: silentLogger, startOne: null }, { dataDir })
await client.guard({ ...JSON.parse(guard), untilBootMs: bootMs() + Number(forMs) })
process.stdout.write('guarded\n')
