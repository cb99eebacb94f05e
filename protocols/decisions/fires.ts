/** For which nominal time each schedule fired last. */
import { type Static, Type } from 'typebox'
import { ACCEPTED, IndexSchema, ObjectKeySchema, type Outcome, refuse, TimeSchema } from './names.ts'
import type { ObjectTable } from './revisions.ts'

const FireSchema = {
  schedule: ObjectKeySchema,
  /** When it was to fire, which is not when it did. */
  nominalMs: TimeSchema,
}

export const ScheduleFiredSchema = Type.Object({ type: Type.Literal('scheduleFired'), ...FireSchema })
/** `index`: of the entry by which it fired. */
export const FireRowSchema = Type.Object({ ...FireSchema, index: IndexSchema })
export type ScheduleFire = Readonly<Static<typeof FireRowSchema>>

/** A schedule fires in the order of its nominal times, once for each: so the newest alone is kept. */
export const createFires = (objects: ObjectTable) => {
  const fires = new Map<string, ScheduleFire>()
  return {
    all: fires as ReadonlyMap<string, ScheduleFire>,
    fire: ({ schedule, nominalMs }: Static<typeof ScheduleFiredSchema>, index: number): Outcome => {
      const newest = fires.get(schedule)
      if (newest?.nominalMs === nominalMs) return ACCEPTED
      if (objects.all.get(schedule)?.removed !== false) return refuse(`${schedule} does not exist any more`)
      if (newest !== undefined && newest.nominalMs > nominalMs)
        return refuse(`${schedule} fired for a later time already`)
      fires.set(schedule, { schedule, nominalMs, index })
      return ACCEPTED
    },
    restore: (rows: Iterable<ScheduleFire>): void => {
      fires.clear()
      for (const row of rows) fires.set(row.schedule, row)
    },
  }
}
