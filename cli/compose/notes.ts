import { CoterieError } from '../../protocols/errors/index.ts'
import { nearestOf } from '../near-name.ts'
import type { Place } from '../yaml.ts'

/** Something to tell of one place; `where` is the path of keys, such as `services.web.ports`. */
export interface Note extends Place {
  readonly where: string
  readonly detail: string
}

/** The codes of what refuses a file, each with its own next step. */
export type ProblemCode =
  | 'composeInvalid'
  | 'composeVariableMissing'
  | 'composeCycle'
  | 'composeFileMissing'
  | 'composeRemote'
  | 'composeProfileInactive'
  | 'composeTooLarge'
  | 'composeVariablesInvalid'

interface Problem extends Note {
  readonly code: ProblemCode
}

/** Collects what is wrong (the file is refused) and what is left out (the person is told). */
export interface Notes {
  readonly warnings: readonly Note[]
  /** How many problems there are. */
  readonly count: number
  problem(place: Place, where: string, detail: string, code?: ProblemCode): void
  warning(place: Place, where: string, detail: string): void
  /** @throws the first problem in the order in which they were found, file by file; nothing where there is none */
  refuse(): void
}

export const createNotes = (): Notes => {
  const problems: Problem[] = []
  const warnings: Note[] = []
  return {
    warnings,
    get count() {
      return problems.length
    },
    problem: (place, where, detail, code = 'composeInvalid') =>
      void problems.push({ ...placeOf(place), where, detail, code }),
    warning: (place, where, detail) => void warnings.push({ ...placeOf(place), where, detail }),
    refuse: () => {
      const [first] = inOrder(problems)
      if (first === undefined) return
      const { code, ...note } = first
      throw new CoterieError(code, { ...note, more: problems.length - 1 })
    },
  }
}

const placeOf = ({ file, line, column }: Place): Place => ({ file, line, column })

/** Files in the order in which they were first noted, and each from its beginning. */
const inOrder = (problems: readonly Problem[]): readonly Problem[] => {
  const files = [...new Set(problems.map(({ file }) => file))]
  return problems.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  )
}

/** Names a key that is not honoured, and the honoured one that was probably meant. */
export const leftOut = (key: string, honoured: readonly string[]): string => {
  const near = nearestOf(key, honoured)
  return `is not honoured and was left out${near === null ? '' : `; did you mean ${near}?`}`
}
