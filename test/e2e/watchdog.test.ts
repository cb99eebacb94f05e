/** Whom `coterie up` finds or starts beside itself. */
import assert from 'node:assert/strict'
import { createWatchdogClient, type WatchdogClient } from '../../node/watchdog/index.ts'
import type { Status } from '../../protocols/control/index.ts'
import { realClock } from '../node/agent/grounds.ts'
import { createDaemons, type Daemons, type RunningDaemon } from '../support/daemons.ts'
import { eventually } from '../support/eventually.ts'
import { silentLogger } from '../support/silent-logger.ts'

const statusOf = async (daemon: RunningDaemon) => ((await daemon.get('/v1/status')) as Status).watchdog

describe('coterie up and its watchdog', () => {
  let daemons: Daemons
  let client: WatchdogClient | null = null
  /** Watchdogs that were seen; those end by themselves, but later than a test. */
  const pids = new Set<number>()

  before(async () => {
    daemons = await createDaemons()
  })
  after(async () => {
    await client?.close()
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended before.
      }
    }
    await daemons.close()
  })

  const pidNow = (): number | null => {
    const pid = client?.view()?.pid ?? null
    if (pid !== null) pids.add(pid)
    return pid
  }

  it('starts one that outlives it, finds it again, and starts another where it misses it', async () => {
    const env = { COTERIE_WATCHDOG: 'auto' }
    const first = await daemons.start({ name: 'attic', found: true, env })
    const { dataDir } = first
    client = createWatchdogClient({ clock: realClock, logger: silentLogger, startOne: null }, { dataDir })
    const pid = await eventually('one answers', pidNow)
    await eventually('the daemon can use it', async () => (await statusOf(first)).kills.includes('process'))
    await first.end('SIGKILL')
    const second = await daemons.start({ name: 'attic', env })
    await eventually('the daemon finds it', async () => (await statusOf(second)).kills.includes('process'))
    assert.equal(pidNow(), pid)
    assert.ok(!second.log.some((line) => line.includes('starting one')))
    process.kill(pid, 'SIGKILL')
    await eventually('another answers', () => (pidNow() ?? pid) !== pid)
    await eventually('the daemon can use it', async () => (await statusOf(second)).kills.includes('process'))
  })

  it('starts none where that is left to others, and says so', async () => {
    const daemon = await daemons.start({ name: 'cellar', found: true })
    assert.match(
      (await statusOf(daemon)).detail,
      /no watchdog answers: none runs for .*; start coterie watchdog$/,
    )
  })
})
