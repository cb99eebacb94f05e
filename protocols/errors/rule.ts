/**
 * What one error code means, everywhere: on the wire, over HTTP, as an exit code and as a sentence.
 *
 * A rule names the cause and the next step, in that order, in words for the person who reads them.
 * `wire` numbers are append-only and unique over the whole table; a test holds them to that.
 */
export interface ErrorRule<Data> {
  /** Number that stands for the code in wire messages; never reused. */
  readonly wire: number
  /** HTTP status of the daemon's API. */
  readonly http: number
  /** Exit code of the CLI: 1 error, 2 cannot be placed, 3 pending. */
  readonly exit: 1 | 2 | 3
  /** What happened, as one sentence without the final full stop. */
  cause(data: Data): string
  /** What to do next, as one imperative sentence without the final full stop. */
  next(data: Data): string
}

/** Declares one rule; the parameter's type is the data that the code carries. */
export const rule = <Data>(definition: ErrorRule<Data>): ErrorRule<Data> => definition

/** The data that a rule's code carries. */
export type DataOf<Rule> = Rule extends ErrorRule<infer Data> ? Data : never
