import { type CommandModule, clientOf } from '../cli.ts'
import { changeOptions } from '../deploy/change.ts'
import { editServices } from '../deploy/edit.ts'
import { findServices, labelOf } from '../service-name.ts'

export const restart: CommandModule = (command, cli) => {
  changeOptions(command.argument('<service|project>', 'shop/ is always a project'))
    .addHelpText(
      'after',
      `
Gives every slot a new task, one slot of a service after the other, as an update does. It is a revision that says how often
the service was restarted; coterie deploy leaves that as it is.

Examples:
  coterie restart web
  coterie restart shop/ -y --detach`,
    )
    .action(async (name: string) => {
      const client = clientOf(command, cli)
      const services = findServices((await client.call('GET /v1/services')).services, name)
      const labels = services.map(labelOf).join(', ')
      await editServices(
        command,
        cli,
        client,
        services,
        ({ spec }) => ({ ...spec, restarts: (spec.restarts ?? 0) + 1 }),
        { what: `restart ${labels}`, done: `Restarted ${labels}` },
      )
    })
}
