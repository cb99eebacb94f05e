/** How far the update of an object to its head is, or the way back. See docs/design/updates.md. */
import { type Static, Type } from 'typebox'
import {
  ACCEPTED,
  type ObjectKey,
  ObjectKeySchema,
  type Outcome,
  ReasonSchema,
  type RevisionId,
  RevisionIdSchema,
  refuse,
  SlotSchema,
  TimeSchema,
} from './names.ts'
import type { AcceptedObject, Objects, ObjectTable } from './revisions.ts'
import { TaskIdSchema } from './task-id.ts'

/** Slots in change at once: all that a service may have. */
const CHANGING_MAX = 1000

export const UpdateStateSchema = Type.Union([
  Type.Literal('updating'),
  Type.Literal('paused'),
  Type.Literal('completed'),
  Type.Literal('rollback_started'),
  Type.Literal('rollback_paused'),
  Type.Literal('rollback_completed'),
])
export type UpdateState = Static<typeof UpdateStateSchema>

/** Where the slots in `changing` are; `resting` while there are none. */
export const UpdatePhaseSchema = Type.Union([
  Type.Literal('preparing'),
  Type.Literal('starting'),
  Type.Literal('watching'),
  Type.Literal('resting'),
])

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

export const UpdateSchema = Type.Object({
  object: ObjectKeySchema,
  /** The head. */
  revision: RevisionIdSchema,
  /** What a rollback goes back to; null where nothing ran before. */
  back: Type.Union([RevisionIdSchema, Type.Null()]),
  /** 1, then one more with each word: what is said twice is heard once, and in order. */
  step: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  state: UpdateStateSchema,
  phase: UpdatePhaseSchema,
  /** Slots whose task is exchanged now, rising. */
  changing: Type.Array(SlotSchema, { maxItems: CHANGING_MAX }),
  /** How many of them were opened beside the ones that there are to be, since what is there stays until the new task was watched. */
  opened: Count,
  /** Tasks that failed, were counted and are to be replaced; rising. */
  failed: Type.Array(TaskIdSchema, { maxItems: CHANGING_MAX }),
  /** Slots that were changed in this direction, and failures of it. */
  done: Count,
  failures: Count,
  /** The leader's wall clock at this step; never falls. */
  atMs: TimeSchema,
  reason: ReasonSchema,
})

type Frozen<Row> = {
  readonly [Key in keyof Row]: Row[Key] extends readonly (infer Item)[] ? readonly Item[] : Row[Key]
}
export type Update = Frozen<Static<typeof UpdateSchema>>

export const UpdateProgressedSchema = Type.Object({
  type: Type.Literal('updateProgressed'),
  ...UpdateSchema.properties,
})

/** What a person says of it. */
export const UpdateSteeredSchema = Type.Object({
  type: Type.Literal('updateSteered'),
  object: ObjectKeySchema,
  /** The head that the person saw. */
  revision: RevisionIdSchema,
  order: Type.Union([Type.Literal('pause'), Type.Literal('resume'), Type.Literal('rollback')]),
  /** Of a rollback, and only there: to which of the last revisions; the head itself, to undo one. */
  to: Type.Optional(RevisionIdSchema),
  atMs: TimeSchema,
  reason: ReasonSchema,
})
type Steered = Static<typeof UpdateSteeredSchema>

const BACKWARD: ReadonlySet<UpdateState> = new Set([
  'rollback_started',
  'rollback_paused',
  'rollback_completed',
])
const ENDED: ReadonlySet<UpdateState> = new Set(['completed', 'rollback_completed'])

/** Towards `back`. */
export const isBackward = ({ state }: Pick<Update, 'state'>): boolean => BACKWARD.has(state)
export const hasEnded = ({ state }: Pick<Update, 'state'>): boolean => ENDED.has(state)

/** The states that may follow by themselves; what is paused goes on by a person's word alone. */
const FOLLOWING: Readonly<Record<UpdateState, readonly UpdateState[]>> = {
  updating: ['updating', 'paused', 'completed', 'rollback_started'],
  paused: [],
  completed: [],
  rollback_started: ['rollback_started', 'rollback_paused', 'rollback_completed'],
  rollback_paused: [],
  rollback_completed: [],
}

/** The revision of an accepted object that is to run: its head, or what it was taken back to. */
export const targetOf = ({ head }: AcceptedObject, update: Update | undefined): RevisionId =>
  update !== undefined && isBackward(update) && update.back !== null ? update.back : head

const rises = <Item extends string | number>(items: readonly Item[]): boolean =>
  items.every((item, at) => at === 0 || (items[at - 1] as Item) < item)

/** Whether a row can have come about. */
export const isUpdate = ({ revision, back, state, phase, changing, opened, failed }: Update): boolean =>
  rises(changing) &&
  rises(failed) &&
  opened <= changing.length &&
  (phase === 'resting') === (changing.length === 0) &&
  back !== revision &&
  (back !== null || !isBackward({ state }))

const isSame = (one: Update, other: Update): boolean => {
  const said = ({ atMs: _, ...update }: Update) => JSON.stringify(Object.entries(update).sort())
  return said(one) === said(other)
}

/** Why the row may not follow what is known; null where it may. */
const refusalOf = (known: Update | undefined, next: Update, { history }: AcceptedObject): string | null => {
  const { object, step, state, back } = next
  const due = (known?.step ?? 0) + 1
  if (step !== due) return `the next step of the update of ${object} is ${due}, not ${step}`
  if (!isUpdate(next)) return `no update of ${object} comes to this`
  if (known === undefined) {
    if (state !== 'updating') return `no update of ${object} has begun`
    return back === null || history.includes(back) ? null : `${object} cannot go back to ${back.slice(0, 12)}`
  }
  if (!FOLLOWING[known.state].includes(state))
    return `the update of ${object} is ${known.state}, and does not become ${state} by itself`
  if (back !== known.back) return `the update of ${object} goes back to another revision`
  const turns = isBackward(known) !== isBackward(next)
  return !turns && (next.done < known.done || next.failures < known.failures)
    ? `the update of ${object} was further`
    : null
}

/** Where a direction begins. */
const BEGUN = { phase: 'resting', changing: [], opened: 0, failed: [], done: 0, failures: 0 } as const

/** What a person's word makes of the row, or why nothing. */
const steer = (
  known: Update | undefined,
  { object, revision, order, to, atMs, reason }: Steered,
  { history }: AcceptedObject,
): Update | string => {
  const said = { step: (known?.step ?? 0) + 1, atMs: Math.max(atMs, known?.atMs ?? 0), reason }
  if (order === 'rollback') {
    if (to === undefined || !history.includes(to)) return `${object} has no such revision to go back to`
    if (to !== revision) return { ...BEGUN, ...said, object, revision, back: to, state: 'rollback_started' }
    return known !== undefined && isBackward(known)
      ? { ...BEGUN, ...said, object, revision, back: known.back, state: 'updating' }
      : `${object} is not taken back`
  }
  if (known === undefined || hasEnded(known)) return `nothing of ${object} is being updated`
  const backward = isBackward(known)
  if (order === 'pause') return { ...known, ...said, state: backward ? 'rollback_paused' : 'paused' }
  return { ...known, ...said, failures: 0, state: backward ? 'rollback_started' : 'updating' }
}

/** One per object, and only while its revision is the head. */
export const createUpdates = (objects: ObjectTable) => {
  const updates = new Map<string, Update>()

  /** The object, where `revision` is its head; else why not. */
  const present = (object: ObjectKey, revision: RevisionId): AcceptedObject | string => {
    const target = objects.all.get(object)
    if (target === undefined || target.removed) return `${object} does not exist any more`
    return target.head === revision
      ? target
      : `${object} is at another revision than ${revision.slice(0, 12)}`
  }

  return {
    all: updates as ReadonlyMap<string, Update>,
    progress: ({ type: _, ...update }: Static<typeof UpdateProgressedSchema>): Outcome => {
      const accepted = present(update.object, update.revision)
      if (typeof accepted === 'string') return refuse(accepted)
      const known = updates.get(update.object)
      if (known !== undefined && isSame(known, update)) return ACCEPTED
      const reason = refusalOf(known, update, accepted)
      if (reason !== null) return refuse(reason)
      updates.set(update.object, { ...update, atMs: Math.max(update.atMs, known?.atMs ?? 0) })
      return ACCEPTED
    },
    steer: (decision: Steered): Outcome => {
      const accepted = present(decision.object, decision.revision)
      if (typeof accepted === 'string') return refuse(accepted)
      const known = updates.get(decision.object)
      const next = steer(known, decision, accepted)
      if (typeof next === 'string') return refuse(next)
      const isSaid = next.state === known?.state && next.back === known.back
      if (!isSaid) updates.set(decision.object, next)
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

/** The objects and updates of a view: what is to run of one of them. */
export const targetIn = (
  { objects, updates }: { readonly objects: Objects; readonly updates: ReadonlyMap<ObjectKey, Update> },
  object: ObjectKey,
): RevisionId | null => {
  const accepted = objects.get(object)
  return accepted === undefined ? null : targetOf(accepted, updates.get(object))
}
