import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { signalGroup } from './launch.ts'
import { type ProcessRecord, readRecord, startTicksOf } from './record.ts'

/** A pid that was recorded and is used again by another program has another start. */
const isAlive = async ({ pid, startTicks, end }: ProcessRecord): Promise<boolean> =>
  end === null && startTicks !== null && (await startTicksOf(pid)) === startTicks

/**
 * What an earlier daemon left in `dir`, which is made where it is missing. None of it runs afterwards: the guard shells
 * see to that, and whom they have not reached yet is killed here.
 */
export const loadRecords = async (dir: string): Promise<ProcessRecord[]> => {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const records: ProcessRecord[] = []
  for (const name of await readdir(dir)) {
    const record = await readRecord(join(dir, name))
    if (record === null) {
      // Its start was cut off before it had a process.
      await rm(join(dir, name), { recursive: true, force: true })
      continue
    }
    if (await isAlive(record)) signalGroup(record.pid, 'SIGKILL')
    records.push(record)
  }
  return records
}
