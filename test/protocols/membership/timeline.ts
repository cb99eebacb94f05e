/** Tasks in virtual time: a binary heap by time, then by the order in which they were set. */
export interface Timeline {
  readonly nowMs: number
  at(atMs: number, task: () => void): void
  /** Runs all tasks due up to `untilMs`, which is the time afterwards. */
  runUntil(untilMs: number): void
}

interface Entry {
  readonly atMs: number
  readonly order: number
  readonly task: () => void
}

const isBefore = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)

export const createTimeline = (): Timeline => {
  const heap: Entry[] = []
  let nowMs = 0
  let order = 0

  const push = (entry: Entry): void => {
    let at = heap.push(entry) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(entry, heap[parent] as Entry)) break
      heap[at] = heap[parent] as Entry
      at = parent
    }
    heap[at] = entry
  }

  const pop = (): Entry | undefined => {
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child += 1
      if (!isBefore(heap[child] as Entry, last)) break
      heap[at] = heap[child] as Entry
      at = child
    }
    heap[at] = last
    return first
  }

  return {
    get nowMs() {
      return nowMs
    },
    at: (atMs, task) => {
      push({ atMs, order, task })
      order += 1
    },
    runUntil: (untilMs) => {
      while (heap.length > 0 && (heap[0] as Entry).atMs <= untilMs) {
        const entry = pop() as Entry
        nowMs = entry.atMs
        entry.task()
      }
      nowMs = untilMs
    },
  }
}
