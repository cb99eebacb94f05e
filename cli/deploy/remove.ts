import type { Command } from 'commander'
import type { PlannedChange, Service } from '../../protocols/control/index.ts'
import type { Cli } from '../cli.ts'
import type { Client } from '../client.ts'
import { labelOf } from '../service-name.ts'
import { changeServices } from './change.ts'
import { projectOf } from './edit.ts'

/** Removes these services as `changeServices` changes them. */
export const removeServices = (
  command: Command,
  cli: Cli,
  client: Client,
  services: readonly Service[],
): Promise<void> => {
  const changes = services.map(
    ({ object, revision, replicas, running, image }): PlannedChange => ({
      object,
      action: 'remove',
      head: revision,
      fields: [
        { field: 'image', from: image, to: null },
        { field: 'replicas', from: `${replicas ?? '?'}, of which ${running} run`, to: null },
      ],
    }),
  )
  const labels = services.map(labelOf).join(', ')
  return changeServices(command, cli, client, {
    project: projectOf(services),
    specs: [],
    plan: { changes, placements: [] },
    what: `remove ${labels}`,
    done: `Removed ${labels}`,
  })
}
