/**
 * What a rehearsal of faults came to; the meaning of each word is in docs/design/rehearsal.md. Times are virtual, in
 * milliseconds from the start; an end that is null was not reached. Nodes are named.
 */
import { type Static, Type } from 'typebox'
import { ObjectKeySchema, TaskIdSchema } from '../../decisions/index.ts'
import { NameSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'

const Ms = Type.Integer({ minimum: 0 })
const Count = Type.Integer({ minimum: 0 })
const Share = Type.Number({ minimum: 0, maximum: 1 })
const span = { fromMs: Ms, toMs: Nullable(Ms) }

export const FaultKindSchema = Type.Union([
  Type.Literal('kill'),
  Type.Literal('partition'),
  Type.Literal('pause'),
])

/** A fault as it was asked for, and whom it hit. */
export const PlayedFaultSchema = Closed({
  kind: FaultKindSchema,
  targets: Type.Array(Type.String()),
  fromMs: Ms,
  untilMs: Nullable(Ms),
  /** Empty where nobody led whom it should have hit. */
  nodes: Type.Array(NameSchema),
})

export const PlayedSchema = Closed({
  nodes: Type.Array(Closed({ name: NameSchema, memoryMb: Count })),
  forMs: Ms,
  seed: Count,
  pullMs: Ms,
  startMs: Ms,
  deploy: Closed({ node: NameSchema, atMs: Ms }),
  faults: Type.Array(PlayedFaultSchema),
})

/** One link in the chain of causes of an outage. */
export const StepSchema = Closed({
  atMs: Ms,
  type: Type.Union([
    // What took the container away, or kept it from coming.
    Type.Literal('written'),
    Type.Literal('kill'),
    Type.Literal('partition'),
    Type.Literal('pause'),
    Type.Literal('exited'),
    Type.Literal('stopped'),
    // What came of it.
    Type.Literal('accepted'),
    Type.Literal('dead'),
    Type.Literal('seen'),
    Type.Literal('unled'),
    Type.Literal('held'),
    Type.Literal('leader'),
    Type.Literal('waiting'),
    Type.Literal('assigned'),
    Type.Literal('pulled'),
    // What ended it.
    Type.Literal('ran'),
    Type.Literal('back'),
  ]),
  node: Nullable(NameSchema),
  /** The reason in the scheduler's words, the image, or how it ended. */
  detail: Nullable(Type.String()),
})

/** A time in which a slot did not run. */
export const DowntimeSchema = Closed({ slot: Count, ...span, steps: Type.Array(StepSchema) })

export const OutageSchema = Closed({
  ...span,
  /** Fewest slots that ran at one time. */
  least: Count,
  slots: Type.Array(DowntimeSchema),
})

export const MoveSchema = Closed({
  atMs: Ms,
  slot: Count,
  task: TaskIdSchema,
  from: NameSchema,
  to: NameSchema,
  /** As the scheduler gave it. */
  reason: Type.String(),
})

export const RehearsedServiceSchema = Closed({
  object: ObjectKeySchema,
  replicas: Count,
  acceptedMs: Nullable(Ms),
  /** When all slots first ran; null where they never did. */
  wholeMs: Nullable(Ms),
  /** From when the shares and outages count. */
  countedFromMs: Ms,
  /** Share of that time with at least one slot, and with all. */
  oneShare: Share,
  allShare: Share,
  /** How each slot came to run. */
  beginning: Type.Array(DowntimeSchema),
  outages: Type.Array(OutageSchema),
  moves: Type.Array(MoveSchema),
  /** Times in which one slot ran more than once. */
  doubles: Type.Array(Closed({ slot: Count, ...span, nodes: Type.Array(NameSchema) })),
  /** Slots for which the scheduler found no place at any time, and why. */
  unplaced: Type.Array(Closed({ slot: Count, reason: Type.String() })),
})

/** Something waited for something. */
export const WaitSchema = Closed({
  ...span,
  /** A service, with its slot where only that waited; or a node. */
  object: Nullable(ObjectKeySchema),
  slot: Nullable(Count),
  node: Nullable(NameSchema),
  for: Type.Union([Type.Literal('majority'), Type.Literal('place'), Type.Literal('image')]),
  /** Why, or which image. */
  detail: Type.String(),
})

export const ReignSchema = Closed({
  ...span,
  node: Nullable(NameSchema, 'Null where nobody led.'),
  term: Count,
})

export const RehearsalSchema = Closed({
  played: PlayedSchema,
  services: Type.Array(RehearsedServiceSchema),
  waits: Type.Array(WaitSchema),
  /** Who led, without a gap: where nobody did, that is one of them. */
  leaders: Type.Array(ReignSchema),
  /** The voters at the end. */
  voters: Type.Array(NameSchema),
})

export type FaultKind = Static<typeof FaultKindSchema>
export type PlayedFault = Static<typeof PlayedFaultSchema>
export type Played = Static<typeof PlayedSchema>
export type Step = Static<typeof StepSchema>
export type Downtime = Static<typeof DowntimeSchema>
export type Outage = Static<typeof OutageSchema>
export type Move = Static<typeof MoveSchema>
export type RehearsedService = Static<typeof RehearsedServiceSchema>
export type Wait = Static<typeof WaitSchema>
export type Reign = Static<typeof ReignSchema>
export type Rehearsal = Static<typeof RehearsalSchema>
