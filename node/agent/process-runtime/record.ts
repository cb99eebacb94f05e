/** What is kept on disk of a task's process, so that a later daemon knows what it finds. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { TaskIdSchema } from '../../../protocols/decisions/index.ts'
import { BoundPortSchema } from '../../../protocols/tasks/index.ts'
import { defineMessage } from '../../../protocols/wire/index.ts'

const ProcessRecordSchema = Type.Object({
  task: TaskIdSchema,
  token: Type.Integer({ minimum: 0 }),
  pid: Type.Integer({ minimum: 1 }),
  /** Start of that pid in ticks since boot: a pid that is used again has another one. Null where /proc is missing. */
  startTicks: Type.Union([Type.String({ maxLength: 32 }), Type.Null()]),
  startedAtMs: Type.Integer({ minimum: 0 }),
  ports: Type.Array(BoundPortSchema),
  /** Null while it runs, and for good where nobody saw the end. */
  end: Type.Union([
    Type.Object({
      exitCode: Type.Union([Type.Integer(), Type.Null()]),
      signal: Type.Union([Type.String({ maxLength: 16 }), Type.Null()]),
    }),
    Type.Null(),
  ]),
})

export type ProcessRecord = Static<typeof ProcessRecordSchema>

const recordCodec = defineMessage('process record', ProcessRecordSchema)
const pathIn = (taskDir: string): string => join(taskDir, '.coterie-process')

/** Replaces the record as a whole. Not synced: after a crash of the machine the process is gone anyway. */
export const writeRecord = async (taskDir: string, record: ProcessRecord): Promise<void> => {
  const path = pathIn(taskDir)
  await writeFile(`${path}.new`, recordCodec.encode(record))
  await rename(`${path}.new`, path)
}

/** Null where there is none that can be read. */
export const readRecord = async (taskDir: string): Promise<ProcessRecord | null> => {
  try {
    return recordCodec.decode(await readFile(pathIn(taskDir)))
  } catch {
    return null
  }
}

/** Field 22 of /proc/<pid>/stat, see proc(5); the name before it may hold spaces and brackets. */
export const startTicksOf = async (pid: number): Promise<string | null> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
