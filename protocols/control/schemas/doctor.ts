/** What `coterie doctor` asks, and what it finds. */
import { type Static, Type } from 'typebox'
import { NodeIdSchema } from '../../wire/index.ts'
import { Closed, Nullable } from './closed.ts'

export const DoctorRequestSchema = Closed({
  /** Two members whose connection is looked at from both ends; null for the node that is asked, and all its connections. */
  pair: Nullable(Closed({ a: NodeIdSchema, b: NodeIdSchema })),
})

export const FindingResultSchema = Type.Union([
  Type.Literal('good'),
  /** It works, and will not always, or not in full. */
  Type.Literal('warning'),
  Type.Literal('bad'),
  /** The finding says why. */
  Type.Literal('notApplicable'),
])

export const FindingSchema = Closed({
  /** Of the check. */
  id: Type.String(),
  /** What it is about, such as `attic to cellar`; null for the machine that was asked. */
  about: Nullable(Type.String()),
  result: FindingResultSchema,
  finding: Type.String(),
  /** One line that cures it; null where there is nothing to cure. */
  fix: Nullable(Type.String()),
})

export const DiagnosisSchema = Closed({ findings: Type.Array(FindingSchema) })

export type DoctorRequest = Static<typeof DoctorRequestSchema>
export type FindingResult = Static<typeof FindingResultSchema>
export type Finding = Static<typeof FindingSchema>
export type Diagnosis = Static<typeof DiagnosisSchema>
