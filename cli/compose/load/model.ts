/** Files merged into one document, with all that they extend and include (Compose Specification, chapters 13 and 14). */
import type { Entry, Mapping, Value } from '../../yaml.ts'
import { entriesOf, isSame, itemsOf, mappingOf, textOf, valueAt, withEntry, withoutEntry } from '../tree.ts'
import { ENV_FILE_BYTES_MAX, readDefaults } from './env-file.ts'
import { applyExtends } from './extends.ts'
import { merge } from './merge.ts'
import { openFile } from './open-file.ts'
import { COMPOSE_BYTES_MAX, type Reference, type Session } from './session.ts'
import type { Variables } from './variables.ts'

/** What included files add to: all of a document that has names. */
const RESOURCES = ['services', 'networks', 'volumes', 'configs', 'secrets']

export interface ModelFile {
  readonly path: string
  readonly text: string
}

/** What a model is read with. */
interface Scope {
  /** The project directory: relative paths begin there. */
  readonly base: string
  readonly variables: Variables
  /** The files whose `include` led here. */
  readonly trail: readonly string[]
}

/** The document of files, each laid over those before it; problems are noted. */
export const loadModel = (files: readonly ModelFile[], scope: Scope, session: Session): Mapping => {
  const start = mappingOf([], { file: files[0]?.path ?? '', line: 1, column: 1 })
  return files
    .map((file) => loadFile(file, scope, session))
    .filter((root) => root !== null)
    .reduce((before, root) => merge(before, root, [], session), start)
}

const loadFile = ({ path, text }: ModelFile, scope: Scope, session: Session): Mapping | null => {
  const { variables, base, trail } = scope
  const opened = openFile(text, path, base, variables, session)
  if (opened === null) return null
  const root = applyExtends(opened, variables, session)
  const include = root.entries.get('include')
  if (include === undefined) return root
  const own = withoutEntry(root, 'include')
  if (include.value.kind !== 'list') {
    session.notes.problem(include.value.place, 'include', 'a list of files is expected')
    return own
  }
  const inner = { base, variables, trail: [...trail, path] }
  return include.value.items.reduce((document: Mapping, item, at) => {
    const by = { place: item.place, where: `include[${at}]` }
    const included = loadIncluded(item, by, inner, session)
    return included === null ? document : copyResources(included, document, by, session)
  }, own)
}

/** One entry of `include` as a document of its own, with its own project directory and defaults of variables. */
const loadIncluded = (item: Value, by: Reference, scope: Scope, session: Session): Mapping | null => {
  const named = itemsOf(valueAt(item, 'path'))
  const paths = named.map((path) => textOf(path)).filter((path) => path !== null)
  if (paths.length === 0 || paths.length < named.length) {
    session.notes.problem(by.place, by.where, 'the path of a file is expected, or path: with its details')
    return null
  }
  const resolved = paths.map((path) => session.resolve(scope.base, path))
  const [first = ''] = resolved
  const repeated = resolved.find((path) => scope.trail.includes(path))
  if (repeated !== undefined) {
    const steps = [...scope.trail.slice(scope.trail.indexOf(repeated)), repeated]
    session.notes.problem(by.place, by.where, `it includes itself: ${steps.join(' -> ')}`, 'composeCycle')
    return null
  }
  const models = resolved.flatMap((path) => {
    const text = session.readNamed(path, COMPOSE_BYTES_MAX, by, true)
    return text === null ? [] : [{ path, text }]
  })
  if (models.length < resolved.length) return null
  const directory = textOf(valueAt(item, 'project_directory'))
  const base = directory === null ? session.folderOf(first) : session.resolve(scope.base, directory)
  const variables = scope.variables.behind(defaultsOf(item, base, by, scope, session))
  return loadModel(models, { base, variables, trail: scope.trail }, session)
}

/** What the env files of an include set, or the `.env` of its project directory where it names none. */
const defaultsOf = (
  item: Value,
  base: string,
  by: Reference,
  { base: from, variables }: Scope,
  session: Session,
): ReadonlyMap<string, string> => {
  const named = valueAt(item, 'env_file')
  const isNamed = named !== undefined
  const paths = isNamed
    ? itemsOf(named).map((path) => session.resolve(from, textOf(path) ?? ''))
    : [session.resolve(base, '.env')]
  const files = paths.flatMap((path) => {
    const text = session.readNamed(path, ENV_FILE_BYTES_MAX, by, isNamed)
    return text === null ? [] : [{ path, text }]
  })
  return readDefaults(files, variables, session)
}

/** The document with what the included one has: nothing is merged, so a name that both have is a problem unless both say the same. */
const copyResources = (included: Mapping, into: Mapping, by: Reference, session: Session): Mapping =>
  RESOURCES.reduce((document, kind) => {
    const from = included.entries.get(kind)
    if (from === undefined || from.value.kind !== 'mapping') return document
    const known = document.entries.get(kind)
    const present = entriesOf(known?.value)
    session.spend(from.value.entries.size + present.size, by.place)
    const added: [string, Entry][] = []
    for (const [name, entry] of from.value.entries) {
      const own = present.get(name)
      if (own === undefined) added.push([name, entry])
      else if (!isSame(own.value, entry.value)) {
        const { file, line, column } = entry.keyPlace
        const detail = `it is also in the included ${file}:${line}:${column}; change it in a file of its own, given after this one by -f or named in path: of the include`
        session.notes.problem(own.keyPlace, `${kind}.${name}`, detail)
      }
    }
    const { keyPlace, value } = known ?? from
    return withEntry(document, kind, { keyPlace, value: mappingOf([...added, ...present], value.place) })
  }, into)
