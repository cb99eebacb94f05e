/** Which files are meant, and what variables are set to (Docker Compose's rules, as its documentation tells them). */
import { CoterieError } from '../../../protocols/errors/index.ts'
import { ENV_FILE_BYTES_MAX, readDefaults } from './env-file.ts'
import type { ModelFile } from './model.ts'
import { COMPOSE_BYTES_MAX, type Files, type Session } from './session.ts'
import { type Variables, variablesOfEnvironment } from './variables.ts'

/** What a person asks for. */
export interface ComposeRequest {
  /** Each is laid over those before it; empty where the usual names are looked for. */
  readonly files: readonly string[]
  /** Where relative paths begin; null for the folder of the first file. */
  readonly projectDirectory: string | null
  readonly projectName: string | null
  readonly profiles: readonly string[]
  /** Files of variables; empty for the `.env` of the project directory, where there is one. */
  readonly envFiles: readonly string[]
  /** The environment of the process, which counts more than files. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface ChosenFiles {
  readonly files: readonly ModelFile[]
  readonly base: string
  readonly variables: Variables
}

/** The first of these; in the order of the Compose specification. */
const DEFAULT_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']
/** The first of these is laid over it. */
const OVERRIDE_NAMES = [
  'compose.override.yaml',
  'compose.override.yml',
  'docker-compose.override.yaml',
  'docker-compose.override.yml',
]

/** @throws `composeMissing`, `composeUnreadable`, `composeTooLarge` */
export const chooseFiles = (request: ComposeRequest, files: Files, session: Session): ChosenFiles => {
  const [given] = request.files
  const folder = request.projectDirectory ?? (given === undefined ? '.' : files.folderOf(given))
  const variables = variablesFor(request, folder, files, session)
  const named = request.files.length > 0 ? request.files : namedByVariable(variables)
  const paths = named.length > 0 ? named : usualFiles(folder, files)
  const base = request.projectDirectory ?? files.folderOf(paths[0] as string)
  const read = (path: string) => ({ path, text: session.readGiven(path, COMPOSE_BYTES_MAX) })
  return { files: paths.map(read), base, variables }
}

const variablesFor = (
  { environment, envFiles }: ComposeRequest,
  folder: string,
  files: Files,
  session: Session,
): Variables => {
  const own = variablesOfEnvironment(environment)
  const usual = files.resolve(folder, '.env')
  const paths = envFiles.length > 0 ? envFiles : files.exists(usual) ? [usual] : []
  const read = (path: string) => ({ path, text: session.readGiven(path, ENV_FILE_BYTES_MAX) })
  return own.behind(readDefaults(paths.map(read), own, session))
}

const namedByVariable = ({ get }: Variables): readonly string[] =>
  (get('COMPOSE_FILE') ?? '').split(get('COMPOSE_PATH_SEPARATOR') || ':').filter((path) => path !== '')

const usualFiles = (folder: string, files: Files): readonly string[] => {
  const first = (names: readonly string[]) =>
    names.map((name) => files.resolve(folder, name)).find((path) => files.exists(path))
  const main = first(DEFAULT_NAMES)
  if (main === undefined)
    throw new CoterieError('composeMissing', { folder: files.absolute(folder), names: DEFAULT_NAMES })
  const override = first(OVERRIDE_NAMES)
  return override === undefined ? [main] : [main, override]
}
