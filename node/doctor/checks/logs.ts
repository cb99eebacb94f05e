/** Whether what this daemon logs is kept, and goes where it should. */
import { bad, good, timeOf, type Verdict, warning } from '../verdict.ts'

export interface LogFacts {
  /** Why lines do not get to the disk; null where they do. */
  readonly problem: string | null
  /** Null where they go nowhere else. */
  readonly export: {
    readonly to: string
    /** Lines that are not there yet, and those that never will be, since the start. */
    readonly waiting: number
    readonly dropped: number
    /** Null where they arrive. */
    readonly problem: { readonly forMs: number; readonly finding: string; readonly fix: string } | null
  } | null
}

export const judgeLogs = ({ problem, export: out }: LogFacts): Verdict[] => [
  ...(problem === null
    ? []
    : [
        bad(
          `what this daemon logs is not kept on disk: ${problem}`,
          'Make room on the disk of the data directory',
        ),
      ]),
  ...(out === null ? [] : [judgeExport(out)]),
]

const judgeExport = ({ to, waiting, dropped, problem }: NonNullable<LogFacts['export']>): Verdict => {
  const lost = dropped === 0 ? '' : `; ${dropped} lines were lost on the way since the start`
  if (problem === null) return good(`log lines go to ${to}${lost}`)
  const since = problem.forMs === 0 ? '' : ` for ${timeOf(problem.forMs)}`
  return warning(`${problem.finding}${since}; ${waiting} lines wait${lost}`, problem.fix)
}
