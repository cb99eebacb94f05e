import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf } from '../cli.ts'
import { type ComposeWords, composeOptions, readGiven } from '../compose-files.ts'
import { changeOptions } from '../deploy/change.ts'
import { removeServices } from '../deploy/remove.ts'

export const down: CommandModule = (command, cli) => {
  changeOptions(composeOptions(command.argument('[project]', 'that of the Compose file without it')))
    .addHelpText(
      'after',
      `
Removes all services of a project, also those that its file does not name any more. Shows what would go, asks, and waits until
nothing of it runs.

Examples:
  coterie down
  coterie down shop -y
  coterie down -f shop.yaml --plan`,
    )
    .action(async (given: string | undefined, options: ComposeWords) => {
      const client = clientOf(command, cli)
      const project = given?.replace(/\/$/, '') ?? readGiven(cli, options, options.file).project
      const { services } = await client.call('GET /v1/services')
      const found = services.filter((service) => service.project === project)
      if (found.length === 0)
        throw new CoterieError('serviceUnknown', {
          service: `of the project ${project}`,
          near: [],
        })
      await removeServices(command, cli, client, found)
    })
}
