/**
 * The memory of a slot: the highest fencing token that this node obeyed, on disk before the start that it fences.
 *
 * One record of about 150 bytes per slot that this node ever held; a slot that returns years later is fenced too.
 */
import { type Static, Type } from 'typebox'
import type { Assignment, TaskId } from '../../protocols/decisions/index.ts'
import { TaskIdSchema } from '../../protocols/decisions/index.ts'
import { RuntimeKindSchema, type TaskStatus, TaskStatusSchema } from '../../protocols/tasks/index.ts'
import { defineMessage } from '../../protocols/wire/index.ts'
import type { RecordStore } from '../ports/storage.ts'
import type { Obeyed } from './advance.ts'

const ObeyedSchema = Type.Object({
  task: TaskIdSchema,
  token: Type.Integer({ minimum: 0 }),
  runtime: Type.Union([RuntimeKindSchema, Type.Null()]),
  exclusive: Type.Optional(Type.Boolean()),
  ended: Type.Union([TaskStatusSchema, Type.Null()]),
})
const obeyedCodec = defineMessage('obeyed', ObeyedSchema)

type Slot = Pick<Assignment, 'object' | 'slot'>
const keyOf = ({ object, slot }: Slot): string => `${object}#${slot}`

export interface ObeyedSlots {
  /** Reads what is stored. @throws `malformedMessage` when a record is damaged */
  load(): Promise<void>
  of(slot: Slot): Obeyed | null
  /** Resolves when it is on disk. @throws `storeFailed` */
  obey(slot: Slot, obeyed: Static<typeof ObeyedSchema>): Promise<void>
  /** What was obeyed for the slot of a task, if it was that task. */
  ofTask(task: TaskId): Obeyed | null
  /**
   * Keeps a final status with its slot, unless a later task was obeyed for it: what ended is never begun again.
   * @throws `storeFailed`
   */
  end(slot: Slot, status: TaskStatus): Promise<void>
}

export const createObeyedSlots = (records: RecordStore): ObeyedSlots => {
  const slots = new Map<string, Static<typeof ObeyedSchema>>()
  const byTask = new Map<TaskId, Static<typeof ObeyedSchema>>()
  const keep = (key: string, obeyed: Static<typeof ObeyedSchema>): void => {
    const before = slots.get(key)
    if (before !== undefined) byTask.delete(before.task)
    slots.set(key, obeyed)
    byTask.set(obeyed.task, obeyed)
  }
  const write = async (key: string, obeyed: Static<typeof ObeyedSchema>): Promise<void> => {
    await records.write([{ key, value: obeyedCodec.encode(obeyed) }])
    keep(key, obeyed)
  }
  return {
    load: async () => {
      for await (const [key, value] of records.entries()) keep(key, obeyedCodec.decode(value))
    },
    of: (slot) => slots.get(keyOf(slot)) ?? null,
    ofTask: (task) => byTask.get(task) ?? null,
    obey: (slot, obeyed) => write(keyOf(slot), obeyed),
    end: async (slot, status) => {
      const { task, token } = status
      const present = slots.get(keyOf(slot))
      if (present?.task === task) await write(keyOf(slot), { ...present, ended: status })
      else if (present === undefined || present.token < token)
        await write(keyOf(slot), { task, token, runtime: null, ended: status })
    },
  }
}
