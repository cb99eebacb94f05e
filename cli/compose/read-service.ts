import { type ServiceSpec, specProblem } from '../../protocols/spec/index.ts'
import type { Value } from '../yaml.ts'
import { readCommand } from './fields/command.ts'
import { readContainer } from './fields/container.ts'
import { readDependencies } from './fields/dependencies.ts'
import { readDeploy } from './fields/deploy.ts'
import { readEnvironment } from './fields/environment.ts'
import { readDevices } from './fields/hardware.ts'
import { readHealthcheck } from './fields/healthcheck.ts'
import { readImage } from './fields/image.ts'
import { type Disks, readMounts } from './fields/mounts.ts'
import { readOwn } from './fields/own.ts'
import { joinPorts, readExpose, readPorts } from './fields/ports.ts'
import { readResources } from './fields/resources.ts'
import type { Notes } from './notes.ts'
import { type Fields, readFields, SERVICE_KEYS } from './schema/index.ts'
import { mappingOf } from './tree.ts'

export interface ServiceAt {
  readonly name: string
  readonly project: string
  /** The path of its keys, for messages. */
  readonly where: string
}

/** One service of the file as a spec. What is wrong with it is noted; the spec then counts for nothing. */
export const readService = (
  value: Value,
  { name, project, where }: ServiceAt,
  disks: Disks,
  notes: Notes,
): ServiceSpec => {
  const before = notes.count
  const fields = readFields(value, where, { schema: SERVICE_KEYS, path: '' }, notes)
  const { entries, get } = fields
  const below = (key: string): Fields =>
    readFields(
      entries.get(key)?.value ?? mappingOf([], value.place),
      `${where}.${key}`,
      { schema: SERVICE_KEYS, path: `${key}.` },
      notes,
    )
  const [deploy, extension] = [below('deploy'), below('x-coterie')]
  const own = readOwn(extension)
  if (!entries.has('image') && own.process === null && notes.count === before) {
    const detail = 'an image is missing, or x-coterie.process.command for nodes without Docker'
    notes.problem(value.place, where, detail)
  }
  const entrypoint = get('entrypoint', readCommand)
  const container = readContainer(fields, extension)
  const healthcheck = get('healthcheck', readHealthcheck)
  const mounts = readMounts(fields, disks, where, notes)
  const devices = get('devices', readDevices)
  const dependsOn = get('depends_on', readDependencies)
  const spec: ServiceSpec = {
    kind: 'service',
    name,
    project,
    ...readImage(fields),
    command: get('command', readCommand) ?? null,
    environment: get('environment', readEnvironment) ?? {},
    ports: joinPorts(get('ports', readPorts) ?? [], get('expose', readExpose) ?? []),
    ...readDeploy(fields, deploy, extension, where, notes),
    ...own,
    ...readResources(fields, deploy, extension, where, notes),
    ...(entrypoint && { entrypoint }),
    ...(container && { container }),
    ...(healthcheck && { healthcheck }),
    ...(mounts && { mounts }),
    ...(devices && { devices }),
    ...(dependsOn && { dependsOn }),
  }
  if (notes.count === before) noteBounds(spec, fields, value, where, notes)
  return spec
}

/** Bounds that no reader of a key looks at, such as the length of a text; names are judged where they stand. */
const noteBounds = (
  spec: ServiceSpec,
  { entries }: Fields,
  value: Value,
  where: string,
  notes: Notes,
): void => {
  const problem = specProblem(spec)
  const [field = ''] = problem?.path.split('/') ?? []
  if (problem === null || field === 'name' || field === 'project') return
  const { place } = entries.get(field)?.value ?? value
  notes.problem(place, `${where}.${problem.path.replaceAll('/', '.')}`, problem.detail)
}
