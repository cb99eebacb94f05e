/** Edits of services that are there: what each says is taken from its head, changed, and planned against that head. */
import type { Command } from 'commander'
import type { Service, ServiceDetail } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { ServiceSpec } from '../../protocols/spec/index.ts'
import type { Cli } from '../cli.ts'
import type { Client } from '../client.ts'
import { labelOf } from '../service-name.ts'
import { type Change, changeServices } from './change.ts'

/** A service, and what its head says. */
export interface Known extends ServiceDetail {
  readonly spec: ServiceSpec
}

/** All that is kept of that service. @throws `serviceUnknown`, `revisionMissing` */
export const knownService = async (
  client: Client,
  { project, name, revision }: Pick<Service, 'project' | 'name' | 'revision'>,
): Promise<Known> => {
  const detail = await client.call('GET /v1/services/:project/:name', { params: { project, name } })
  const { spec } = detail
  if (spec === null) throw new CoterieError('revisionMissing', { revisions: [revision] })
  return { ...detail, spec }
}

/** All of one project, since a change is one. @throws `usageWrong` */
export const projectOf = (services: readonly Pick<Service, 'project' | 'name'>[]): string => {
  const [first, ...others] = services
  const stranger = others.find(({ project }) => project !== first?.project)
  if (first === undefined || stranger !== undefined)
    throw new CoterieError('usageWrong', {
      detail: `${services.map(labelOf).join(' and ')} are of several projects; name those of one at a time`,
    })
  return first.project
}

/** The spec with so many replicas. @throws `usageWrong` where it runs on every node */
export const withReplicas = ({ service, spec }: Known, replicas: number): ServiceSpec => {
  if (spec.mode !== 'global') return { ...spec, replicas }
  throw new CoterieError('usageWrong', {
    detail: `${labelOf(service)} runs on every node that fits, so it has no number of replicas; coterie rm ends it`,
  })
}

/** What makes a spec of a service that is there. */
export type Edit = (known: Known) => ServiceSpec

/**
 * Edits these services as `changeServices` does. Whoever changes one of them since it was read here, changes it at the same time.
 * @throws `usageWrong`, `serviceUnknown`, `revisionMissing`, what `changeServices` throws
 */
export const editServices = async (
  command: Command,
  cli: Cli,
  client: Client,
  services: readonly Service[],
  edit: Edit,
  words: Pick<Change, 'what' | 'done' | 'errorOf'>,
): Promise<void> => {
  const project = projectOf(services)
  const known = await Promise.all(services.map((service) => knownService(client, service)))
  const specs = known.map(edit)
  const seen = new Map(known.map(({ service }) => [service.object, service.revision]))
  const planned = await client.call('POST /v1/plan', { body: { project, specs } })
  const changes = planned.changes.map((change) => ({
    ...change,
    head: seen.get(change.object) ?? change.head,
  }))
  await changeServices(command, cli, client, { project, specs, plan: { ...planned, changes }, ...words })
}
