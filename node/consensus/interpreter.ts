/**
 * The strict serial interpreter of the consensus machine: one step at a time, each step's write safe on disk
 * before anything that rests on it is said and before the next event is looked at.
 *
 * A failed write ends it for good: after a failed fsync nobody knows what the disk holds, and a vote or an
 * acknowledgement that rests on it would be a lie. The simulator runs this same code, so it knows neither promise
 * nor timer.
 */
import type {
  ConsensusEffects,
  ConsensusEvent,
  ConsensusNotice,
  Persist,
  Proposal,
  Schedule,
  Send,
} from '../../protocols/consensus/index.ts'

/** Messages that wait while the disk is slow, before the oldest is dropped: Raft sends again. */
export const MESSAGES_WAITING_MAX = 4_096

export interface InterpreterParts {
  /** Moves the machine on; the state is the owner's. */
  step(event: ConsensusEvent): ConsensusEffects
  /** Calls `done` once, later: the change is safe, or why it is not. */
  persist(change: Persist, done: (error: Error | null) => void): void
  send(send: Send): void
  schedule(schedule: Schedule): void
  notify(notice: ConsensusNotice): void
  /** A write failed, or something threw; nothing is interpreted any more. */
  onFailed(error: Error): void
}

export interface Interpreter {
  /** Queues an event; `done` is called when its step and all its effects are through, never if that does not come. */
  push(event: ConsensusEvent, done?: () => void): void
  /** Queues a proposal. All that wait together become one event: one write and one round of messages for them. */
  propose(proposal: Proposal): void
  stop(): void
}

interface Queued {
  readonly event: ConsensusEvent
  readonly done?: (() => void) | undefined
}

export const createInterpreter = (parts: InterpreterParts): Interpreter => {
  const queue: Queued[] = []
  /** The proposals of the `propose` event that waits in the queue; null when none waits. */
  let gathering: Proposal[] | null = null
  let messagesWaiting = 0
  let isBusy = false
  let isStopped = false

  const dropOldestMessage = (): void => {
    const oldest = queue.findIndex(({ event }) => event.type === 'received')
    queue.splice(oldest, 1)
    messagesWaiting -= 1
  }

  const fail = (error: Error): void => {
    if (isStopped) return
    isStopped = true
    parts.onFailed(error)
  }

  const finish = (effects: ConsensusEffects, done: Queued['done']): void => {
    for (const send of effects.send) parts.send(send)
    for (const schedule of effects.schedule) parts.schedule(schedule)
    for (const notice of effects.notify) parts.notify(notice)
    isBusy = false
    done?.()
  }

  const interpret = ({ event, done }: Queued): void => {
    isBusy = true
    const effects = parts.step(event)
    if (effects.persist === null) {
      finish(effects, done)
      return
    }
    parts.persist(effects.persist, (error) => {
      if (isStopped) return
      if (error !== null) {
        fail(error)
        return
      }
      loudly(() => finish(effects, done))
      drain()
    })
  }

  /** What throws in here would leave a step half done, so it ends the interpreter too. */
  const loudly = (task: () => void): void => {
    try {
      task()
    } catch (error) {
      fail(error as Error)
    }
  }

  const drain = (): void => {
    while (!isBusy && !isStopped) {
      const next = queue.shift()
      if (next === undefined) return
      if (next.event.type === 'propose') gathering = null
      if (next.event.type === 'received') messagesWaiting -= 1
      loudly(() => interpret(next))
    }
  }

  return {
    push: (event, done) => {
      queue.push({ event, done })
      if (event.type === 'received') messagesWaiting += 1
      if (messagesWaiting > MESSAGES_WAITING_MAX) dropOldestMessage()
      drain()
    },
    propose: (proposal) => {
      if (gathering === null) {
        gathering = [proposal]
        queue.push({ event: { type: 'propose', proposals: gathering } })
      } else {
        gathering.push(proposal)
      }
      drain()
    },
    stop: () => {
      isStopped = true
    },
  }
}
