/** What the fuzzer asks of a decoder that is to be tried. */

import type { Random } from '../../node/ports/clock.ts'
import type { ErrorCode } from '../../protocols/errors/index.ts'

export interface Target {
  readonly name: string
  /** Codes with which a frame may be refused; any other error is a find. */
  readonly codes: readonly ErrorCode[]
  /** The real thing, fresh: a decoder, and the machine that it feeds where there is one. */
  open(random: Random): Subject
}

export interface Subject {
  /** A frame, valid or hostile. */
  make(random: Random): Uint8Array
  /**
   * Takes a frame as the real thing does; throws the coded error, or `Refused`, with which it was refused, and `Breach`
   * for what must never be.
   */
  take(frame: Uint8Array): void | Promise<void>
  /** What is known and stored, in few words; equal before and after a refused frame. */
  fingerprint(): string
}

/** A frame was refused by code where the real thing logs the refusal and goes on. */
export class Refused extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode) {
    super(code)
    this.code = code
  }
}

/** Something happened that must never happen. */
export class Breach extends Error {}

export const breach = (detail: string): never => {
  throw new Breach(detail)
}

/** Runs what must not throw, whatever it is given. */
export const unbroken = <Value>(what: string, run: () => Value): Value => {
  try {
    return run()
  } catch (error) {
    if (error instanceof Breach) throw error
    return breach(`${what} threw ${(error as Error).stack ?? String(error)}`)
  }
}

export const nothing = (): string => ''
