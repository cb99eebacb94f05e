import {
  REPLICAS_MAX,
  type RestartPolicy,
  type ServiceSpec,
  specProblem,
} from '../../protocols/spec/index.ts'
import type { Value } from '../yaml.ts'
import { readCommand } from './fields/command.ts'
import { readEnvironment } from './fields/environment.ts'
import { readMapping } from './fields/mapping.ts'
import { joinPorts, readExpose, readPorts } from './fields/ports.ts'
import { RESOURCE_KEYS, readResources } from './fields/resources.ts'
import { readBoolean, readInteger, readText } from './fields/text.ts'
import type { Notes } from './notes.ts'

const HONOURED = [
  'image',
  'command',
  'environment',
  'ports',
  'expose',
  'deploy',
  'restart',
  'x-coterie',
  ...RESOURCE_KEYS,
]
const RESTARTS: readonly string[] = ['no', 'always', 'on-failure', 'unless-stopped'] satisfies RestartPolicy[]

const readRestart = (value: Value, where: string, notes: Notes): RestartPolicy => {
  const text = readText(value, where, notes)
  // YAML 1.1 habits: an unquoted `no` may have been written as false.
  if (text === null || text === 'false') return 'no'
  if (RESTARTS.includes(text)) return text as RestartPolicy
  notes.problem(value.place, where, `one of ${RESTARTS.join(', ')} is expected`)
  return 'no'
}

interface Deploy {
  readonly replicas: number
  readonly resources: Value | undefined
}

const readDeploy = (value: Value, where: string, notes: Notes): Deploy => {
  const entries = readMapping(value, where, ['replicas', 'resources'], notes)
  const replicas = entries.get('replicas')
  const resources = entries.get('resources')?.value
  if (replicas === undefined) return { replicas: 1, resources }
  const wanted = readInteger(replicas.value, `${where}.replicas`, 0, REPLICAS_MAX, notes) ?? 0
  return { replicas: wanted, resources }
}

const readProcess = (
  process: { readonly value: Value } | undefined,
  where: string,
  notes: Notes,
): ServiceSpec['process'] => {
  if (process === undefined) return null
  const command = readMapping(process.value, `${where}.process`, ['command'], notes).get('command')
  const words = command === undefined ? null : readCommand(command.value, `${where}.process.command`, notes)
  if (words === null || words.length === 0) {
    notes.problem(process.value.place, `${where}.process`, 'a command is expected')
    return null
  }
  return { command: words }
}

/** What Compose has no word for. */
const readOwn = (value: Value, where: string, notes: Notes): Pick<ServiceSpec, 'process' | 'exclusive'> => {
  const entries = readMapping(value, where, ['process', 'exclusive', 'disk'], notes)
  const exclusive = entries.get('exclusive')?.value
  const isExclusive = exclusive !== undefined && readBoolean(exclusive, `${where}.exclusive`, notes)
  return {
    process: readProcess(entries.get('process'), where, notes),
    ...(isExclusive && { exclusive: true }),
  }
}

/** One service of the file as a spec. What is wrong with it is noted; the spec then counts for nothing. */
export const readService = (
  name: string,
  project: string,
  value: Value,
  where: string,
  notes: Notes,
): ServiceSpec => {
  const entries = readMapping(value, where, HONOURED, notes)
  const field = <Result>(
    key: string,
    read: (value: Value, where: string, notes: Notes) => Result,
    absent: Result,
  ): Result => {
    const entry = entries.get(key)
    return entry === undefined ? absent : read(entry.value, `${where}.${key}`, notes)
  }
  const before = notes.count
  const image = field('image', readText, null)
  const own = field('x-coterie', readOwn, { process: null })
  const deploy: Deploy = field('deploy', readDeploy, { replicas: 1, resources: undefined })
  const resources = readResources(entries, deploy.resources, where, notes)
  if (entries.has('build')) {
    const place = entries.get('build')?.keyPlace ?? value.place
    notes.problem(place, `${where}.build`, 'images are not built here; build it, then name it as image')
  } else if (!entries.has('image') && own.process === null && notes.count === before) {
    notes.problem(
      value.place,
      where,
      'an image is missing, or x-coterie.process.command for nodes without Docker',
    )
  }
  const spec: ServiceSpec = {
    kind: 'service',
    name,
    project,
    image,
    command: field('command', readCommand, null),
    environment: field('environment', readEnvironment, {}),
    ports: joinPorts(field('ports', readPorts, []), field('expose', readExpose, [])),
    replicas: deploy.replicas,
    restart: field('restart', readRestart, 'unless-stopped'),
    ...own,
    ...(resources && { resources }),
  }
  // Bounds that no reader of a key looks at, such as the length of a text; names are judged where they stand.
  const problem = notes.count === before ? specProblem(spec) : null
  const [key = ''] = problem?.path.split('/') ?? []
  if (problem !== null && key !== 'name' && key !== 'project') {
    const path = problem.path.replaceAll('/', '.')
    notes.problem(entries.get(key)?.value.place ?? value.place, `${where}.${path}`, problem.detail)
  }
  return spec
}
