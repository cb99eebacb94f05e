/** What a part of the soak is asked, and what it gives back. */

export interface SoakRun {
  /** How often; null leaves it to the part. */
  readonly runs: number | null
  /** Aborted when a person gives up: a part ends its round and cleans up. */
  readonly signal: AbortSignal
  /** Progress, for people. */
  say(line: string): void
}

export interface SoakResult {
  /** Rounds that were carried out to their end. */
  readonly runs: number
  /** What was broken, as sentences; none of it may be. */
  readonly broken: readonly string[]
  /** What was counted or measured. */
  readonly figures: Readonly<Record<string, number>>
}

export type SoakPart = (run: SoakRun) => Promise<SoakResult>

/** Carries out rounds until there were `runs` or somebody gave up; what a round throws is broken, and ends them. */
export const rounds = async (
  { signal, say }: SoakRun,
  runs: number,
  round: (number: number) => Promise<void>,
): Promise<Pick<SoakResult, 'runs' | 'broken'>> => {
  let done = 0
  while (done < runs && !signal.aborted) {
    try {
      await round(done + 1)
      done += 1
      say(`${done} of ${runs}`)
    } catch (error) {
      return { runs: done, broken: [`round ${done + 1}: ${(error as Error).message}`] }
    }
  }
  return { runs: done, broken: [] }
}
