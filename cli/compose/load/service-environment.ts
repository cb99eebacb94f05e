/** `env_file` read into `environment`, and variables without a value taken from whoever deploys (Compose Specification, chapter 5). */
import type { Entry, Mapping, Place, Value } from '../../yaml.ts'
import {
  entriesOf,
  isNull,
  itemsOf,
  mappingOf,
  scalarOf,
  textOf,
  valueAt,
  withEntry,
  withoutEntry,
} from '../tree.ts'
import { ENV_FILE_BYTES_MAX, parseEnvFile } from './env-file.ts'
import type { Session } from './session.ts'
import type { Variables } from './variables.ts'

/** The service with all its variables in `environment`: what stands there counts more than what files say, later ones more than earlier ones. */
export const resolveEnvironment = (
  service: Mapping,
  name: string,
  variables: Variables,
  session: Session,
): Mapping => {
  const where = `services.${name}`
  const given = service.entries.get('environment')
  const fromFiles = service.entries.get('env_file')
  const isOdd = given !== undefined && given.value.kind !== 'mapping' && !isNull(given.value)
  if (isOdd || (given === undefined && fromFiles === undefined)) return service
  const found = new Map([
    ...(fromFiles === undefined ? [] : readFiles(fromFiles.value, `${where}.env_file`, variables, session)),
    ...entriesOf(given?.value),
  ])
  const resolved = [...found].flatMap(([variable, entry]): [string, Entry][] => {
    if (!isNull(entry.value)) return [[variable, entry]]
    const text = variables.get(variable)
    if (text !== undefined) return [[variable, { ...entry, value: scalarOf(text, entry.value.place) }]]
    const detail = 'it has no value and is not set here, so the service does not get it'
    session.notes.warning(entry.keyPlace, `${where}.environment.${variable}`, detail)
    return []
  })
  const keyPlace = (given ?? (fromFiles as Entry)).keyPlace
  const value = mappingOf(resolved, (given ?? (fromFiles as Entry)).value.place)
  return withEntry(withoutEntry(service, 'env_file'), 'environment', { keyPlace, value })
}

const readFiles = (
  files: Value,
  where: string,
  variables: Variables,
  session: Session,
): ReadonlyMap<string, Entry> => {
  const found = new Map<string, Entry>()
  if (files.kind !== 'list' && !isNull(files))
    session.notes.problem(files.place, where, 'the path of a file is expected, or a list of them')
  for (const [at, item] of itemsOf(files).entries())
    for (const [variable, { text, place }] of readFile(item, `${where}[${at}]`, found, variables, session))
      found.set(variable, { keyPlace: place, value: scalarOf(text, place) })
  return found
}

interface Found {
  readonly text: string | null
  readonly place: Place
}

const readFile = (
  item: Value,
  where: string,
  before: ReadonlyMap<string, Entry>,
  variables: Variables,
  session: Session,
): ReadonlyMap<string, Found> => {
  const [path, required, format] = ['path', 'required', 'format'].map((key) => textOf(valueAt(item, key)))
  const refuse = (detail: string) => {
    session.notes.problem(item.place, where, detail)
    return new Map()
  }
  if (path === null || path === undefined) return refuse('the path of a file is expected')
  if (format !== null && format !== 'raw') return refuse(`the format ${format} is not known; raw is, or none`)
  const by = { place: valueAt(item, 'path')?.place ?? item.place, where }
  const text = session.readNamed(path, ENV_FILE_BYTES_MAX, by, required !== 'false')
  if (text === null) return new Map()
  const defaults = new Map([...before].map(([variable, { value }]) => [variable, textOf(value) ?? '']))
  return parseEnvFile(text, path, variables.behind(defaults), session, format === 'raw')
}
