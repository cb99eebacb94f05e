/** How far the update of an object to its head is. */
import { type Static, Type } from 'typebox'
import { ACCEPTED, ObjectKeySchema, type Outcome, ReasonSchema, RevisionIdSchema, refuse } from './names.ts'
import type { AcceptedObject, ObjectTable } from './revisions.ts'

/** The last two end it; a later update is one to another revision. */
const StateSchema = Type.Union([
  Type.Literal('rolling'),
  Type.Literal('paused'),
  Type.Literal('done'),
  Type.Literal('failed'),
])

export const UpdateSchema = Type.Object({
  object: ObjectKeySchema,
  revision: RevisionIdSchema,
  /** 1, then one more with each word: what is said twice is heard once, and in order. */
  step: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  state: StateSchema,
  /** Slots that run the revision. */
  slots: Type.Integer({ minimum: 0 }),
  reason: ReasonSchema,
})
export type Update = Readonly<Static<typeof UpdateSchema>>

export const UpdateProgressedSchema = Type.Object({
  type: Type.Literal('updateProgressed'),
  ...UpdateSchema.properties,
})

const isSame = (one: Update, other: Update): boolean =>
  one.step === other.step &&
  one.state === other.state &&
  one.slots === other.slots &&
  one.reason === other.reason

/** One per object, and only while its revision is the head. */
export const createUpdates = (objects: ObjectTable) => {
  const updates = new Map<string, Update>()
  return {
    all: updates as ReadonlyMap<string, Update>,
    progress: ({ type: _, ...update }: Static<typeof UpdateProgressedSchema>): Outcome => {
      const { object, revision, step } = update
      const target = objects.all.get(object)
      if (target === undefined || target.removed) return refuse(`${object} does not exist any more`)
      if (target.head !== revision)
        return refuse(`${object} is at another revision than ${revision.slice(0, 12)}`)
      const known = updates.get(object)
      if (known !== undefined && isSame(known, update)) return ACCEPTED
      if (known?.state === 'done' || known?.state === 'failed')
        return refuse(`the update of ${object} has ended: ${known.state}`)
      const next = (known?.step ?? 0) + 1
      if (step !== next) return refuse(`the next step of the update of ${object} is ${next}, not ${step}`)
      updates.set(object, update)
      return ACCEPTED
    },
    /** Drops what is said of another revision than the head. */
    onHead: ({ object, head, removed }: AcceptedObject): void => {
      const known = updates.get(object)
      if (known !== undefined && (known.revision !== head || removed)) updates.delete(object)
    },
    restore: (rows: Iterable<Update>): void => {
      updates.clear()
      for (const row of rows) updates.set(row.object, row)
    },
  }
}
