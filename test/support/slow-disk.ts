/** Imported into a daemon by `NODE_OPTIONS`, its disk takes 2 s for each sync from a SIGUSR2 on, and works on one at a time. */
import { setTimeout as pause } from 'node:timers/promises'
import { Level } from 'level'

const SYNC_MS = 2_000

type Batch = (operations: unknown, options: unknown) => Promise<void>

const level = Level.prototype as unknown as { batch: Batch }
const { batch } = level
let isSlow = false
let syncing: Promise<unknown> = Promise.resolve()

process.on('SIGUSR2', () => {
  isSlow = true
})
level.batch = function (operations, options) {
  const written = syncing.then(async () => {
    if (isSlow) await pause(SYNC_MS)
    await batch.call(this, operations, options)
  })
  syncing = written.catch(() => {})
  return written
}
