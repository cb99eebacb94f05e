/** The one result of each run of a job. */
import { type Static, Type } from 'typebox'
import { ACCEPTED, IndexSchema, type Outcome, refuse, TimeSchema } from './names.ts'
import { TaskIdSchema } from './task-id.ts'

/** Settled runs kept of one job, beside those whose task still stands: what a person looks back at. */
export const SETTLED_RUNS_MAX = 100

/** `<project>.<job>.<number of the run>`. */
const RunIdSchema = Type.String({ pattern: '^[a-z0-9-]+(\\.[a-z0-9-]+){2}$', maxLength: 200 })

const RunSchema = {
  run: RunIdSchema,
  /** The task of its job that ended it. */
  task: TaskIdSchema,
  result: Type.Union([
    Type.Literal('succeeded'),
    Type.Literal('failed'),
    Type.Literal('cancelled'),
    Type.Literal('lost'),
  ]),
  /** Null where nobody knows one. */
  exitCode: Type.Union([Type.Integer({ minimum: 0, maximum: 255 }), Type.Null()]),
  atMs: TimeSchema,
}

export const RunSettledSchema = Type.Object({ type: Type.Literal('runSettled'), ...RunSchema })
/** `index`: of the entry that settled it. */
export const SettledRunSchema = Type.Object({ ...RunSchema, index: IndexSchema })

export type RunId = Static<typeof RunIdSchema>
export type SettledRun = Readonly<Static<typeof SettledRunSchema>>

/** `<project>.<job>` of a run or of a task. */
const jobOf = (id: string): string => id.split('.').slice(0, 2).join('.')

/**
 * A run is settled once, by a task that stands at that moment. So one that was forgotten cannot be settled again: its task
 * is gone.
 */
export const createRuns = (tasks: { has(task: string): boolean }) => {
  const runs = new Map<RunId, SettledRun>()
  /** The runs of each job, the oldest first. */
  const byJob = new Map<string, SettledRun[]>()

  const add = (settled: SettledRun): void => {
    runs.set(settled.run, settled)
    const job = jobOf(settled.run)
    byJob.set(job, [...(byJob.get(job) ?? []), settled])
  }

  const forget = (job: string): void => {
    const settled = byJob.get(job) ?? []
    const gone = settled.slice(0, -SETTLED_RUNS_MAX).filter(({ task }) => !tasks.has(task))
    if (gone.length === 0) return
    for (const { run } of gone) runs.delete(run)
    byJob.set(
      job,
      settled.filter(({ run }) => runs.has(run)),
    )
  }

  return {
    all: runs as ReadonlyMap<RunId, SettledRun>,
    settle: ({ type: _, ...said }: Static<typeof RunSettledSchema>, index: number): Outcome => {
      const { run, task, result, exitCode } = said
      const known = runs.get(run)
      if (known !== undefined) {
        const isSame = known.task === task && known.result === result && known.exitCode === exitCode
        return isSame ? ACCEPTED : refuse(`run ${run} is settled already: ${known.result}`)
      }
      if (jobOf(run) !== jobOf(task)) return refuse(`task ${task} is none of run ${run}`)
      if (!tasks.has(task)) return refuse(`task ${task} is not assigned`)
      add({ ...said, index })
      forget(jobOf(run))
      return ACCEPTED
    },
    restore: (rows: readonly SettledRun[]): void => {
      runs.clear()
      byJob.clear()
      for (const row of rows.toSorted((a, b) => a.index - b.index)) add(row)
    },
  }
}
