/**
 * How the engine of a machine answers: at once, not at all, or by refusing connections. What it was asked while it hung
 * is carried out when it goes on, now and then also for a client that left long ago.
 */
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { Random } from '../../ports/clock.ts'
import { chance } from '../random.ts'

/** A refused connection, in milliseconds. */
const REFUSAL_MS = 0.2
/** Share of requests that are carried out although their client left, or the engine fell before it could answer. */
const CARRIED_OUT_RATIO = 0.5

/** One request of one client. */
export interface EngineRequest {
  readonly durationMs: number
  /** Carries it out; `done` is called when there is an answer. What it throws is the answer too. */
  perform(done: () => void): void
  /** The connection broke. */
  fail(error: Error): void
  /** The client left. */
  isAbandoned(): boolean
}

export interface EngineRequests {
  isHanging(): boolean
  submit(request: EngineRequest): void
  /** What the engine does of itself: late where it hangs, and never once it went down. */
  later(afterMs: number, task: () => void): void
  up(): void
  hang(): void
  down(): void
  /** Everything that was asked is forgotten, with those who asked. */
  forget(): void
}

const unreachable = (detail: string) => new CoterieError('engineUnreachable', { detail })

export const createEngineRequests = (
  after: (afterMs: number, task: () => void) => () => void,
  random: Random,
): EngineRequests => {
  let state: 'up' | 'hanging' | 'down' = 'up'
  /** Lives of the engine's process. */
  let life = 1
  /** Taken, and not answered yet. */
  const open = new Set<EngineRequest>()
  /** What waits for the engine to go on. */
  let held: (() => void)[] = []

  const later = (afterMs: number, task: () => void): void => {
    const born = life
    after(afterMs, () => {
      if (life !== born) return
      if (state === 'hanging') held.push(task)
      else task()
    })
  }

  const perform = (request: EngineRequest): void => {
    if (request.isAbandoned() && !chance(random, CARRIED_OUT_RATIO)) open.delete(request)
    else request.perform(() => open.delete(request))
  }

  const forget = (): void => {
    life += 1
    held = []
    open.clear()
  }

  return {
    isHanging: () => state === 'hanging',
    forget,
    later,
    submit: (request) => {
      if (state === 'down') {
        after(REFUSAL_MS, () => request.fail(unreachable('connect ECONNREFUSED')))
        return
      }
      open.add(request)
      later(request.durationMs, () => perform(request))
    },
    up: () => {
      state = 'up'
      for (const task of held.splice(0)) task()
    },
    hang: () => {
      if (state === 'up') state = 'hanging'
    },
    down: () => {
      for (const request of open) {
        request.fail(unreachable('socket hang up'))
        if (chance(random, CARRIED_OUT_RATIO)) request.perform(() => {})
      }
      forget()
      state = 'down'
    },
  }
}
