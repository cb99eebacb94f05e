/** What is looked through while nobody waits for it: all that is held, or what may have come to be over. */
import type { createUnaccepted, Revision } from '../../crdt/index.ts'
import type { DecisionView, RevisionId } from '../../protocols/decisions/index.ts'
import type { Slices } from '../../protocols/wire/index.ts'
import type { Clock } from '../ports/clock.ts'
import { createWorker, type Worker } from '../turns/index.ts'
import { FORGET_DELAY_MS } from './limits.ts'
import type { Sweeping } from './sweeping.ts'

export interface ReviewingComponents {
  readonly clock: Pick<Clock, 'after'>
  readonly sweeping: Sweeping
  readonly unaccepted: ReturnType<typeof createUnaccepted>
  revision(id: RevisionId): Revision | null
  /** Asks for what is not here. */
  seek(ids: readonly RevisionId[]): Promise<void>
  /** Told of what a look threw, which nobody waits for: a record that cannot be read, above all. */
  onFailed(error: Error): void
}

type Objects = Pick<DecisionView, 'objects'>

export class Reviewing {
  readonly #components: ReviewingComponents
  readonly #worker: Worker
  /** Keys of registers that may have come to be forgotten. */
  #leaving = new Set<string>()
  #cancelForget: (() => void) | null = null
  #isEnded = false

  constructor(components: ReviewingComponents) {
    this.#components = components
    this.#worker = createWorker(components.clock)
  }

  /** Looks at all that is held. */
  review(view: Objects): void {
    this.#begin(() => this.#worker.work(this.#all(view)))
  }

  /** Looks at the registers of that key, with others, in a while. */
  forgetSoon(key: string): void {
    if (this.#isEnded) return
    this.#leaving.add(key)
    this.#cancelForget ??= this.#components.clock.after(FORGET_DELAY_MS, () => {
      this.#cancelForget = null
      const keys = this.#leaving
      this.#leaving = new Set()
      this.#begin(() => this.#worker.work(this.#components.sweeping.registersOf(keys)))
    })
  }

  /** Looks at these revisions, and at all that no decision keeps. */
  dropTrimmed(named: Iterable<RevisionId>, view: Objects): void {
    const { sweeping, unaccepted, revision } = this.#components
    const revisions = new Set(unaccepted.of(view).revisions())
    for (const id of named) {
      const known = revision(id)
      if (known !== null) revisions.add(known)
    }
    sweeping.revisions([...revisions])
  }

  /** Looks at some of what is held, and at others the next time. */
  step(): void {
    this.#begin(() => this.#components.sweeping.step())
  }

  /** Begins no look any more. */
  end(): void {
    this.#isEnded = true
    this.#cancelForget?.()
  }

  *#all(view: Objects): Slices<void> {
    const { sweeping, unaccepted, seek } = this.#components
    const missing = yield* unaccepted.recount(view)
    if (this.#isEnded) return
    void seek(missing)
    this.dropTrimmed([], view)
    yield* sweeping.allRegisters()
  }

  /** Nobody else hears what it throws, now or later. */
  #begin(look: () => void | Promise<void>): void {
    const { onFailed } = this.#components
    try {
      const begun = look()
      if (begun instanceof Promise) begun.catch(onFailed)
    } catch (error) {
      onFailed(error as Error)
    }
  }
}
