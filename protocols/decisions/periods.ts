/** Which periods of each project's task records are over, and the archives of those that are kept. See docs/design/documents.md. */
import { type Static, Type } from 'typebox'
import { NameSchema } from '../wire/index.ts'
import { ACCEPTED, type Outcome, refuse, TimeSchema } from './names.ts'

/** Archives of one project: a row each in every snapshot. */
export const ARCHIVES_MAX = 400
/** Records of one period before they are packed, and so what unpacks at most: a document holds no more. */
export const ARCHIVE_BYTES_MAX = 8 * 1024 * 1024

/** Hash of the records in their one order, hex of sha256. */
const ArchiveHashSchema = Type.String({ pattern: '^[0-9a-f]{64}$' })

const ArchiveSchema = Type.Object({
  /** When the period began, in wall milliseconds. */
  period: TimeSchema,
  hash: ArchiveHashSchema,
  records: Type.Integer({ minimum: 1, maximum: ARCHIVE_BYTES_MAX }),
  /** Before it is packed. */
  bytes: Type.Integer({ minimum: 1, maximum: ARCHIVE_BYTES_MAX }),
})

export const PeriodArchivedSchema = Type.Object({
  type: Type.Literal('periodArchived'),
  project: NameSchema,
  ...ArchiveSchema.properties,
  /** Archives of this period and before are kept no longer; absent where all are. */
  dropsThrough: Type.Optional(TimeSchema),
})

export const ProjectPeriodsSchema = Type.Object({
  project: NameSchema,
  /** The last period that is over: what comes later of this one or one before goes into a later one. */
  closedThrough: TimeSchema,
  /** The last period whose archive is kept no longer; absent where none was dropped. */
  droppedThrough: Type.Optional(TimeSchema),
  /** In order. */
  archives: Type.Array(ArchiveSchema, { maxItems: ARCHIVES_MAX }),
})

export type Archive = Readonly<Static<typeof ArchiveSchema>>
export type ProjectPeriods = Readonly<Static<typeof ProjectPeriodsSchema>>

/** Periods of a project end in their order, so one number says for ever which documents are no more. */
export const createPeriods = () => {
  const projects = new Map<string, ProjectPeriods>()
  return {
    all: projects as ReadonlyMap<string, ProjectPeriods>,
    archive: ({
      project,
      period,
      hash,
      records,
      bytes,
      dropsThrough,
    }: Static<typeof PeriodArchivedSchema>): Outcome => {
      const known = projects.get(project)
      if (known?.archives.some((each) => each.period === period && each.hash === hash)) return ACCEPTED
      if (known !== undefined && period <= known.closedThrough)
        return refuse(`the records of ${project} are closed through ${known.closedThrough}`)
      if (dropsThrough !== undefined && dropsThrough >= period)
        return refuse(`the archive of ${project} would be dropped with its own decision`)
      const droppedThrough = Math.max(dropsThrough ?? -1, known?.droppedThrough ?? -1)
      const archives = [...(known?.archives ?? []), { period, hash, records, bytes }].filter(
        (each) => each.period > droppedThrough,
      )
      if (archives.length > ARCHIVES_MAX) return refuse(`${project} has ${ARCHIVES_MAX} archives already`)
      projects.set(project, {
        project,
        closedThrough: period,
        ...(droppedThrough < 0 ? {} : { droppedThrough }),
        archives,
      })
      return ACCEPTED
    },
    restore: (rows: Iterable<ProjectPeriods>): void => {
      projects.clear()
      for (const row of rows) projects.set(row.project, row)
    },
  }
}

/** Whether the document of a period is no more, for good. */
export const isClosed = (
  periods: ReadonlyMap<string, ProjectPeriods>,
  { project, period }: { readonly project: string; readonly period: number },
): boolean => period <= (periods.get(project)?.closedThrough ?? -1)
