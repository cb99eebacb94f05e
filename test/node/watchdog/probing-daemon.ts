/** A daemon that tells why its watchdog is of no use to it, as soon as one answers. */
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../../node/daemon/system-clock.ts'
import { createWatchdogClient } from '../../../node/watchdog/index.ts'
import { silentLogger } from '../../support/silent-logger.ts'

const LOOK_MS = 20

const [dataDir = ''] = process.argv.slice(2)
const client = createWatchdogClient({ clock: systemClock, logger: silentLogger, startOne: null }, { dataDir })
let obstacle = await client.probe('process')
while (obstacle?.startsWith('no watchdog answers')) {
  await pause(LOOK_MS)
  obstacle = await client.probe('process')
}
process.stdout.write(`${obstacle}\n`)
await client.close()
