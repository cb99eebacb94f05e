/** A watchdog for whoever has no systemd unit for it: a process in a session of its own, which outlives the one that started it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { CoterieError } from '../../protocols/errors/index.ts'
import { openLog } from './open-log.ts'

/** How long its start may take on a small machine under load. */
const START_MS_MAX = 10_000

/** It holds a few kilobytes; what V8 would set aside for more is saved. */
const SMALL = ['--max-semi-space-size=1', '--max-old-space-size=64']

const firstWord = async (output: Readable): Promise<void> => {
  await once(output, 'data', { signal: AbortSignal.timeout(START_MS_MAX) })
}

/**
 * Starts `coterie watchdog` by its entry file and resolves when it guards. It ends by itself when it is not needed any more.
 * @throws `watchdogSilent`
 */
export const startDetached = async (entry: string, dataDir: string): Promise<void> => {
  const logPath = join(dataDir, 'watchdog.log')
  try {
    const log = await openLog(logPath)
    const child = spawn(
      process.execPath,
      [...SMALL, entry, 'watchdog', '--data-dir', dataDir, '--ends-idle'],
      { detached: true, cwd: '/', env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', log.fd] },
    )
    await log.close()
    const output = child.stdout as Readable
    const failed = Promise.withResolvers<never>()
    child.once('error', failed.reject)
    child.once('exit', (code, signal) =>
      failed.reject(new Error(`it ended (${code ?? signal}), see ${logPath}`)),
    )
    await Promise.race([firstWord(output), failed.promise])
    output.destroy()
    child.unref()
  } catch (error) {
    throw new CoterieError('watchdogSilent', {
      detail: `it could not be started: ${(error as Error).message}`,
    })
  }
}
