import { type CommandModule, clientOf } from '../cli.ts'
import { changeOptions } from '../deploy/change.ts'
import { removeServices } from '../deploy/remove.ts'
import { findServices } from '../service-name.ts'

export const rm: CommandModule = (command, cli) => {
  changeOptions(
    command.argument('<service|project>', 'a project with all its services; shop/ is always a project'),
  )
    .addHelpText(
      'after',
      `
Shows what would go, asks, and waits until nothing of it runs.

Examples:
  coterie rm web
  coterie rm shop/web -y
  coterie rm shop/`,
    )
    .action(async (name: string) => {
      const client = clientOf(command, cli)
      const { services } = await client.call('GET /v1/services')
      await removeServices(command, cli, client, findServices(services, name))
    })
}
