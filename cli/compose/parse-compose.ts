import { CoterieError } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import { readDocument, type Value } from '../yaml.ts'
import { readText } from './fields/text.ts'
import { createNotes, leftOut, type Note } from './notes.ts'
import { readService } from './read-service.ts'

/** A Compose file is written by hand: one of this size is something else. */
const COMPOSE_BYTES_MAX = 1024 * 1024

/** A DNS label; NameSchema of the specs says the same. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const TOP_LEVEL = ['name', 'services']
/** Obsolete since Compose 2 and without meaning: not worth a warning in every file. */
const IGNORED = ['version']

export interface ComposeFile {
  readonly project: string
  readonly services: readonly ServiceSpec[]
  /** What the file asks for and is not honoured, with line and column. */
  readonly warnings: readonly Note[]
}

/** A DNS label made from any name: what a folder is called serves as a project's name. */
export const toLabel = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '') || 'project'

/**
 * The services of a Compose file. `file` is for messages; `folder` names the project where the file does not.
 * @throws `composeInvalid` with the first problem's line and column, and how many more there are
 */
export const parseCompose = (text: string, file: string, folder: string): ComposeFile => {
  const notes = createNotes()
  const refuse = (problems: readonly Omit<Note, 'where'>[]): never => {
    const [first] = problems as [Note]
    throw new CoterieError('composeInvalid', {
      file,
      ...first,
      where: first.where ?? '',
      more: problems.length - 1,
    })
  }
  if (text.length > COMPOSE_BYTES_MAX)
    refuse([{ line: 1, column: 1, detail: `it is larger than ${COMPOSE_BYTES_MAX} bytes` }])
  const document = readDocument(text)
  if (!document.ok) return refuse(document.problems)

  const entries = new Map((document.root.entries() ?? []).map((entry) => [entry.key, entry]))
  for (const { key, keyPlace } of entries.values()) {
    const isExtension = key.startsWith('x-') && key !== 'x-coterie'
    if (TOP_LEVEL.includes(key) || IGNORED.includes(key) || isExtension) continue
    notes.warning(keyPlace, key, leftOut(key, TOP_LEVEL))
  }

  const nameAt = entries.get('name')?.value
  const given = nameAt === undefined ? null : readText(nameAt, 'name', notes)
  const project = given ?? toLabel(folder)
  const labelProblem = 'lower case letters, digits and inner hyphens are expected, at most 63'
  if (nameAt !== undefined && given !== null && !LABEL.test(given))
    notes.problem(nameAt.place, 'name', labelProblem)

  const services = entries.get('services')?.value
  const listed = services?.entries() ?? []
  if (listed.length === 0) {
    notes.problem(
      (services ?? (document.root as Value)).place,
      'services',
      'a mapping with at least one service is expected',
    )
  }
  const specs = listed.map(({ key, keyPlace, value }) => {
    const where = `services.${key}`
    if (!LABEL.test(key)) notes.problem(keyPlace, where, labelProblem)
    return readService(key, project, value, where, notes)
  })
  if (notes.problems.length > 0)
    refuse([...notes.problems].sort((a, b) => a.line - b.line || a.column - b.column))
  return { project, services: specs, warnings: notes.warnings }
}
