/** The boot clock, and which boot it counts. */
import { readFile } from 'node:fs/promises'
import { uptime } from 'node:os'

/** Milliseconds since the machine started, suspend included; the same for all processes, told in hundredths of a second. */
export const bootMs = (): number => Math.round(uptime() * 1000)

/** Another one after each start of the machine. */
export const readBootId = async (): Promise<string> =>
  (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim()
