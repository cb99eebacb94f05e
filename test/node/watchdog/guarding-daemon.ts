/** A daemon that guards one task for a moment, says so, and waits for what becomes of it. */
import { bootMs, createWatchdogClient } from '../../../node/watchdog/index.ts'
import { silentLogger } from '../../support/silent-logger.ts'
import { realClock } from '../agent/grounds.ts'

const [dataDir = '', guard = '', forMs = ''] = process.argv.slice(2)
const client = createWatchdogClient({ clock: realClock, logger: silentLogger, startOne: null }, { dataDir })
await client.guard({ ...JSON.parse(guard), untilBootMs: bootMs() + Number(forMs) })
process.stdout.write('guarded\n')
