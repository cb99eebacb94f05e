/** The generations of the log that were begun, oldest first. See docs/design/recovery.md. */
import { type Static, Type } from 'typebox'
import {
  FIRST_GENERATION,
  fencingToken,
  GENERATIONS_MAX,
  type GenerationRecord,
  GenerationRecordSchema,
} from '../generations/index.ts'
import { ACCEPTED, type Outcome, refuse } from './names.ts'

/** The first decision of a generation; its member writes it by itself, nobody proposes it. */
export const GenerationBeganSchema = Type.Object({
  type: Type.Literal('generationBegan'),
  record: GenerationRecordSchema,
})

export const GenerationsSchema = Type.Array(GenerationRecordSchema, { maxItems: GENERATIONS_MAX })

export const createGenerations = () => {
  let records: readonly GenerationRecord[] = []
  const present = (): number => records.at(-1)?.number ?? FIRST_GENERATION
  return {
    all: (): readonly GenerationRecord[] => records,
    /** The fencing token of what stands at `index` in the present generation. */
    tokenAt: (index: number): number => fencingToken(present(), index),
    begin: ({ record }: Static<typeof GenerationBeganSchema>): Outcome => {
      if (record.number <= present())
        return refuse(`generation ${record.number} does not follow ${present()}`)
      if (records.length >= GENERATIONS_MAX)
        return refuse(`the mesh had ${GENERATIONS_MAX} generations, and takes no more`)
      records = [...records, record]
      return ACCEPTED
    },
    restore: (restored: readonly GenerationRecord[]): void => {
      records = restored
    },
  }
}
