/** From what people write to one plain document. See docs/design/compose.md. */
import { CoterieError } from '../../../protocols/errors/index.ts'
import type { Mapping } from '../../yaml.ts'
import { createNotes, type Notes } from '../notes.ts'
import { mapEntries, mappingOf, scalarOf, textOf, valueAt, withEntry, withoutEntry } from '../tree.ts'
import { type ChosenFiles, type ComposeRequest, chooseFiles } from './choose-files.ts'
import { checkDependencies } from './dependencies.ts'
import { interpolate } from './interpolate.ts'
import { loadModel } from './model.ts'
import { chooseServices } from './profiles.ts'
import { resolveEnvironment } from './service-environment.ts'
import { createSession, type Files, type Session } from './session.ts'

/** A DNS label; NameSchema of the specs says the same. */
export const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
export const LABEL_EXPECTED = 'lower case letters, digits and inner hyphens are expected, at most 63'

export interface LoadedCompose {
  readonly project: string
  /** All of it in long forms: no variable, tag, alias, `extends`, `include`, `env_file` or inactive service is left. */
  readonly document: Mapping
  /** What is to be told, and where what is found further goes to. */
  readonly notes: Notes
  /** The whole path of one that is written from the working directory, or from the home of whoever deploys. */
  absolute(path: string): string
}

/**
 * The document that files stand for, with the place of each value. Reads what the request and the files themselves name,
 * through `files`, and nothing else.
 * @throws `composeMissing`, `composeUnreadable`, and the codes of `ProblemCode` with the first problem's place, and how
 * many more there are
 */
export const loadCompose = (request: ComposeRequest, files: Files): LoadedCompose => {
  const notes = createNotes()
  const session = createSession(files, notes)
  const chosen = chooseFiles(request, files, session)
  const project = projectName(request, chosen, files, session)
  const variables = chosen.variables.with('COMPOSE_PROJECT_NAME', project)
  const model = loadModel(chosen.files, { base: chosen.base, variables, trail: [] }, session)
  notes.refuse()

  const named = withProject(withoutEntry(model, 'version'), project)
  const services = named.entries.get('services')
  if (services?.value.kind !== 'mapping') return { project, document: named, notes, absolute: files.absolute }
  const active =
    request.profiles.length > 0 ? request.profiles : listed(variables.get('COMPOSE_PROFILES') ?? '')
  const choice = chooseServices(services.value, active)
  if (choice.services.entries.size === 0 && choice.inactive.size > 0) {
    const detail = `none of the ${choice.inactive.size} is of a profile that is active`
    notes.problem(services.value.place, 'services', detail, 'composeProfileInactive')
  }
  const standing = checkDependencies(choice, notes)
  const resolved = mapEntries(standing, (service, name) =>
    service.kind === 'mapping' ? resolveEnvironment(service, name, variables, session) : service,
  )
  notes.refuse()
  const document = withEntry(named, 'services', { ...services, value: resolved })
  return { project, document, notes, absolute: files.absolute }
}

const listed = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/** A DNS label made from any name: what a folder is called serves as a project's name. */
export const toLabel = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '') || 'project'

/** What the command says, else the variable, else the last `name:` of the files, else the folder. */
const projectName = (
  request: ComposeRequest,
  { files: read, variables, base }: ChosenFiles,
  files: Files,
  session: Session,
): string => {
  const said = request.projectName ?? variables.get('COMPOSE_PROJECT_NAME')
  if (said !== undefined && said !== '') {
    if (LABEL.test(said)) return said
    const source = request.projectName === null ? 'COMPOSE_PROJECT_NAME' : '--project-name'
    throw new CoterieError('usageWrong', { detail: `${source} is ${said}: ${LABEL_EXPECTED}` })
  }
  const names = read.flatMap(({ path, text }) => {
    const name = valueAt(session.parse(text, path) ?? undefined, 'name')
    return name === undefined || textOf(name) === null ? [] : [name]
  })
  const last = names.at(-1)
  if (last === undefined) return toLabel(files.absolute(base).split('/').at(-1) ?? '')
  const name = interpolate(textOf(last) ?? '', variables.get).text
  if (!LABEL.test(name)) session.notes.problem(last.place, 'name', LABEL_EXPECTED)
  return name
}

const withProject = (document: Mapping, project: string): Mapping => {
  const known = document.entries.get('name')
  const place = known?.value.place ?? document.place
  const value = scalarOf(project, place)
  const first = ['name', { keyPlace: known?.keyPlace ?? place, value }] as const
  return mappingOf([first, ...withoutEntry(document, 'name').entries], document.place)
}
