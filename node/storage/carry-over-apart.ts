import { APART_MS_MAX, runApart } from './apart.ts'
import type { CarryOverTask } from './carry-over.ts'
import type { FromCarryOver } from './carry-over-process.ts'

export interface CarriedOver {
  /** Records in the new store: all that could be read, or those until the process died. */
  readonly records: number
  /** How the process died, and its last words; null where it did not. */
  readonly died: string | null
}

/** Carries over in a process of its own, and resolves when it has ended. Rejects where the new store cannot be written. */
export const carryOverApart = async (
  task: CarryOverTask,
  onUnread: (detail: string) => void,
  timeoutMs = APART_MS_MAX,
): Promise<CarriedOver> => {
  let records = 0
  let end: FromCarryOver | null = null
  const onMessage = (message: FromCarryOver): void => {
    if (message.type === 'carried') records = message.records
    else if (message.type === 'unread') onUnread(message.detail)
    else end = message
  }
  const { how } = await runApart('carry-over-process', JSON.stringify(task), onMessage, timeoutMs)
  const said = end as FromCarryOver | null
  if (said?.type === 'failed') throw new Error(said.detail)
  return { records, died: said === null ? how : null }
}
