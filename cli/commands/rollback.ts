import type { KeptRevision } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type ServiceSpec, specLeaves } from '../../protocols/spec/index.ts'
import { type CommandModule, clientOf } from '../cli.ts'
import { ID_LENGTH } from '../conflicts/find-conflict.ts'
import { changeOptions } from '../deploy/change.ts'
import type { Ending } from '../deploy/deploy.ts'
import { editServices, type Known, knownService } from '../deploy/edit.ts'
import { findService, labelOf } from '../service-name.ts'

export const rollback: CommandModule = (command, cli) => {
  changeOptions(command.argument('<service>', 'its name, or project/name where that is ambiguous'))
    .argument(
      '[revision]',
      'as coterie history shows it, or a clear beginning; the last that said something else without it',
    )
    .addHelpText(
      'after',
      `
Writes a new revision that says what the old one said, shows what differs, asks, and waits until it runs.

Examples:
  coterie rollback web
  coterie rollback shop/web 3f2a90c1 -y`,
    )
    .action(async (name: string, revision: string | undefined) => {
      const client = clientOf(command, cli)
      const service = findService((await client.call('GET /v1/services')).services, name)
      const label = labelOf(service)
      const target = targetOf(await knownService(client, service), revision)
      const id = target.revision.slice(0, ID_LENGTH)
      await editServices(command, cli, client, [service], () => withoutRestarts(target.spec), {
        what: `roll ${label} back to ${id}`,
        done: `Rolled ${label} back to ${id}`,
        errorOf: (ending) => goneImage(ending, label, target),
      })
    })
}

interface Target extends KeptRevision {
  readonly spec: ServiceSpec
}

/** How often it was restarted is no part of what is rolled back. */
const withoutRestarts = ({ restarts: _, ...spec }: ServiceSpec): ServiceSpec => spec

const saysTheSame = (a: ServiceSpec, b: ServiceSpec): boolean => {
  const texts = [a, b].map((spec) => JSON.stringify([...specLeaves(withoutRestarts(spec))].sort()))
  return texts[0] === texts[1]
}

/** @throws `revisionNotKept`, `rollbackEmpty`, `revisionMissing` */
const targetOf = ({ service, spec, history }: Known, given: string | undefined): Target => {
  const [, ...older] = history
  const label = labelOf(service)
  const found =
    given === undefined
      ? older.filter((kept) => kept.spec !== null && !saysTheSame(kept.spec, spec)).slice(0, 1)
      : history.filter(({ revision }) => revision.startsWith(given))
  const [target, ...others] = found
  if (given === undefined && target === undefined) throw new CoterieError('rollbackEmpty', { service: label })
  if (target === undefined || others.length > 0)
    throw new CoterieError('revisionNotKept', {
      service: label,
      revision: given ?? '',
      kept: older.map(({ revision }) => revision.slice(0, ID_LENGTH)),
    })
  if (target.spec === null) throw new CoterieError('revisionMissing', { revisions: [target.revision] })
  return { ...target, spec: target.spec }
}

/** What a task says whose image is nowhere: neither on its node nor to be had. */
const GONE = ['imageUnavailable', 'registryRefused']

/** Where no node has the image any more, and none gets it. */
const goneImage = (
  { failures }: Ending,
  service: string,
  { revision, spec }: Target,
): CoterieError | null => {
  const failure = failures.find(({ code }) => code !== null && GONE.includes(code))
  if (failure === undefined || spec.image === null) return null
  return new CoterieError('revisionImageGone', {
    service,
    revision: revision.slice(0, ID_LENGTH),
    image: spec.image,
    detail: failure.detail,
  })
}
