import type { FaultName, SimulationKind } from '../../../node/simulation/index.ts'

/** A known bug: one small switch of behaviour in production source. See docs/design/mutants.md. */
export interface Mutant {
  readonly name: string
  /** What is wrong, as a sentence about whoever does it. */
  readonly what: string
  /** From the root of the repository. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** The kind of run that shows it; `whole` where it is not given. */
  readonly kind?: SimulationKind
  /** For one that hides: what alone goes wrong in the runs that show it soon. */
  readonly faults?: readonly FaultName[]
  /** The checkers of which one must name it. */
  readonly caughtBy: readonly string[]
  /** For one that hides: why so few seeds find it. */
  readonly hides?: string
}

/** What the loader exchanges: a mutant without what is said about it. */
export type Change = Pick<Mutant, 'file' | 'find' | 'replace'>

/** Where `Change.file` begins. */
export const ROOT = new URL('../../../', import.meta.url)

/** The text with the change in it. Throws where `find` does not stand in it exactly once: the source has moved on. */
export const changed = (source: string, { file, find, replace }: Change): string => {
  const at = source.indexOf(find)
  if (at < 0 || find === '') throw new Error(`${file} does not say ${JSON.stringify(find)}`)
  if (source.includes(find, at + 1)) throw new Error(`${file} says more than once ${JSON.stringify(find)}`)
  return source.slice(0, at) + replace + source.slice(at + find.length)
}
