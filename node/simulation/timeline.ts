interface Appointment {
  readonly atMs: number
  /** Breaks ties: what was asked for first happens first. */
  readonly order: number
  task: (() => void) | null
}

/** Virtual time of a whole mesh: it stands still while something happens, and jumps to what is next. */
export interface Timeline {
  nowMs(): number
  /** Runs `task` once, `afterMs` from now; the returned function cancels it. */
  after(afterMs: number, task: () => void): () => void
  /** Moves to the next appointment up to `untilMs` and keeps it; false, and the time is `untilMs`, when there is none. */
  step(untilMs: number): boolean
  /** Appointments that were kept. */
  steps(): number
  /** Those of them within the last millisecond that any was kept in. */
  stepsAtOnce(): number
}

const isBefore = (a: Appointment, b: Appointment): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)

export const createTimeline = (): Timeline => {
  /** A binary heap: the earliest appointment first, children of `i` at `2i + 1` and `2i + 2`. */
  const heap: Appointment[] = []
  let nowMs = 0
  let asked = 0
  let steps = 0
  /** When the present millisecond began, and how many steps came before it. */
  let sinceMs = 0
  let stepsBefore = 0

  const insert = (appointment: Appointment): void => {
    let at = heap.length
    while (at > 0) {
      const parentAt = (at - 1) >> 1
      const parent = heap[parentAt] as Appointment
      if (isBefore(parent, appointment)) break
      heap[at] = parent
      at = parentAt
    }
    heap[at] = appointment
  }

  const removeFirst = (): Appointment => {
    const first = heap[0] as Appointment
    const moved = heap.pop() as Appointment
    if (heap.length === 0) return first
    let at = 0
    for (;;) {
      let childAt = 2 * at + 1
      const left = heap[childAt]
      const right = heap[childAt + 1]
      if (left === undefined) break
      if (right !== undefined && isBefore(right, left)) childAt += 1
      const child = heap[childAt] as Appointment
      if (isBefore(moved, child)) break
      heap[at] = child
      at = childAt
    }
    heap[at] = moved
    return first
  }

  return {
    nowMs: () => nowMs,
    after: (afterMs, task) => {
      const appointment: Appointment = { atMs: nowMs + Math.max(0, afterMs), order: asked++, task }
      insert(appointment)
      return () => {
        appointment.task = null
      }
    },
    step: (untilMs) => {
      for (;;) {
        const first = heap[0]
        if (first === undefined || first.atMs > untilMs) {
          nowMs = Math.max(nowMs, untilMs)
          return false
        }
        removeFirst()
        if (first.task === null) continue
        nowMs = first.atMs
        if (nowMs - sinceMs >= 1) {
          sinceMs = nowMs
          stepsBefore = steps
        }
        steps += 1
        first.task()
        return true
      }
    },
    steps: () => steps,
    stepsAtOnce: () => steps - stepsBefore,
  }
}
