/** What stands between the world and one life of a node: everything that happens to that life comes through here. */
export interface Gate {
  /** False once the life is over. */
  readonly isOpen: boolean
  /** True while its machine sleeps, and nothing of it counts time. */
  readonly isAsleep: boolean
  /** Runs `task` now; when the life goes on, where it is paused or asleep; never, where it is over. */
  enter(task: () => void): void
  pause(): void
  /** What came meanwhile happens now, in its order. */
  resume(): void
  sleep(): void
  wake(): void
  close(): void
}

/** `onThrown` is told of what a task throws: in a real process nobody would catch it. */
export const createGate = (onThrown: (error: Error) => void): Gate => {
  let isOpen = true
  let isPaused = false
  let isAsleep = false
  let waiting: (() => void)[] = []

  const run = (task: () => void): void => {
    try {
      task()
    } catch (error) {
      onThrown(error as Error)
    }
  }

  const enter = (task: () => void): void => {
    if (!isOpen) return
    if (isPaused || isAsleep) waiting.push(task)
    else run(task)
  }

  const goOn = (): void => {
    const tasks = waiting
    waiting = []
    for (const task of tasks) enter(task)
  }

  return {
    get isOpen() {
      return isOpen
    },
    get isAsleep() {
      return isAsleep
    },
    enter,
    pause: () => {
      isPaused = true
    },
    resume: () => {
      isPaused = false
      goOn()
    },
    sleep: () => {
      isAsleep = true
    },
    wake: () => {
      isAsleep = false
      goOn()
    },
    close: () => {
      isOpen = false
      waiting = []
    },
  }
}
