/** Keeps a port open: tries again while something else holds it. */
import type { Clock } from '../ports/clock.ts'
import { LISTEN_RETRY_CEILING_MS, LISTEN_RETRY_FLOOR_MS } from './limits.ts'

/** Listens at an address, null for all; rejects with the system's error. `onFailed`: it does not listen any more. */
export type OpenDoor = (host: string | null, onFailed: (error: Error) => void) => Promise<{ close(): void }>

export interface Door {
  /** Why it is not open; null where it is. */
  problem(): string | null
  close(): void
}

export interface DoorInit {
  readonly host: string | null
  readonly open: OpenDoor
  /** What holds it, in words, by the system's error. */
  explain(error: NodeJS.ErrnoException): Promise<string>
  /** Its problem is another one now. */
  onChange(): void
}

export const createDoor = (clock: Clock, { host, open, explain, onChange }: DoorInit): Door => {
  let problem: string | null = 'it is being opened'
  let isClosed = false
  let close = (): void => {}
  let cancelRetry = (): void => {}
  let pauseMs = LISTEN_RETRY_FLOOR_MS

  const set = (now: string | null): void => {
    if (now === problem || isClosed) return
    problem = now
    onChange()
  }

  const fail = async (error: Error): Promise<void> => {
    set(await explain(error))
    if (isClosed) return
    cancelRetry = clock.after(pauseMs, () => void listen())
    pauseMs = Math.min(LISTEN_RETRY_CEILING_MS, pauseMs * 2)
  }

  const listen = async (): Promise<void> => {
    try {
      const opened = await open(host, (error) => {
        close()
        void fail(error)
      })
      close = opened.close
      if (isClosed) return close()
      pauseMs = LISTEN_RETRY_FLOOR_MS
      set(null)
    } catch (error) {
      await fail(error as Error)
    }
  }

  void listen()
  return {
    problem: () => problem,
    close: () => {
      isClosed = true
      cancelRetry()
      close()
    },
  }
}
