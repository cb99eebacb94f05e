import type { Tell } from './watch.ts'

/** What the scheduler says of one slot. */
export interface SlotWait {
  readonly object: string
  readonly slot: number
  readonly reason: string
}

/** Called with all slots that wait, tells what is new about them. */
export const watchWaits = (tell: Tell): ((waiting: readonly SlotWait[]) => void) => {
  let before = new Map<string, SlotWait>()
  return (waiting) => {
    const now = new Map(waiting.map((wait) => [`${wait.object}#${wait.slot}`, wait]))
    for (const [key, { object, slot }] of before)
      if (!now.has(key)) tell({ type: 'waits', object, slot, reason: null })
    for (const [key, { object, slot, reason }] of now)
      if (before.get(key)?.reason !== reason) tell({ type: 'waits', object, slot, reason })
    before = now
  }
}
