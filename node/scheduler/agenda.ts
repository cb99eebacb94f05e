import type { ObjectKey } from '../../protocols/decisions/index.ts'
import type { WaitingSlot } from './view.ts'

/** Which services are to be looked at, and in which order. See docs/design/scheduler.md. */
export interface Agenda {
  /** Something about the service changed. */
  change(object: ObjectKey): void
  /** Nothing is known of any: all are to be looked at, once and after what changes meanwhile. */
  changeAll(objects: Iterable<ObjectKey>): void
  /** What was open when it was last looked at may be possible now. */
  lookAgain(): void
  /** Takes the next services to be looked at, with about `slotsMax` slots together, and at least one where there are any. */
  take(slotsMax: number, slotsOf: (object: ObjectKey) => number): ObjectKey[]
  isEmpty(): boolean
  /** Whether each service was taken since the last `changeAll`. */
  isComplete(): boolean
  /** What the look said: nothing more to do, or what waits. */
  settle(object: ObjectKey): void
  leaveOpen(object: ObjectKey, waiting: readonly WaitingSlot[]): void
  /** By service, what waits of those that are open. */
  readonly open: ReadonlyMap<ObjectKey, readonly WaitingSlot[]>
}

export const createAgenda = (): Agenda => {
  const changed = new Set<ObjectKey>()
  const again = new Set<ObjectKey>()
  const open = new Map<ObjectKey, readonly WaitingSlot[]>()
  let all: Iterator<ObjectKey> | null = null

  /** Each as it leaves the queue. */
  function* drained(queue: Set<ObjectKey>): Generator<ObjectKey> {
    for (const object of queue) {
      queue.delete(object)
      yield object
    }
  }

  /** In order: what is open comes last, for it may be there again with every round, and nothing else would have its turn. */
  function* queued(): Generator<ObjectKey> {
    yield* drained(changed)
    for (let next = all?.next(); next !== undefined && !next.done; next = all?.next()) yield next.value
    all = null
    yield* drained(again)
  }

  return {
    open,
    change: (object) => void changed.add(object),
    changeAll: (objects) => {
      all = objects[Symbol.iterator]()
      open.clear()
    },
    lookAgain: () => {
      for (const object of open.keys()) again.add(object)
    },
    take: (slotsMax, slotsOf) => {
      const taken = new Set<ObjectKey>()
      let slots = 0
      for (const object of queued()) {
        if (taken.has(object)) continue
        taken.add(object)
        slots += slotsOf(object)
        if (slots >= slotsMax) break
      }
      return [...taken]
    },
    isEmpty: () => changed.size === 0 && again.size === 0 && all === null,
    isComplete: () => all === null,
    settle: (object) => void open.delete(object),
    leaveOpen: (object, waiting) => void open.set(object, waiting),
  }
}
