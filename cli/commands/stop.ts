import type { Service } from '../../protocols/control/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { changeOptions } from '../deploy/change.ts'
import { editServices, withReplicas } from '../deploy/edit.ts'
import { findServices, labelOf } from '../service-name.ts'

/** How to have it back. */
const again = ({ replicas, ...service }: Service): string =>
  replicas ? `${labelOf(service)}=${replicas}` : ''

export const stop: CommandModule = (command, cli) => {
  changeOptions(command.argument('<service|project>', 'shop/ is always a project'))
    .addHelpText(
      'after',
      `
Ends its tasks and keeps the service: it is a revision with no replicas, like any other edit.

Examples:
  coterie stop web
  coterie stop shop/ -y`,
    )
    .action(async (name: string) => {
      const client = clientOf(command, cli)
      const services = findServices((await client.call('GET /v1/services')).services, name)
      const labels = services.map(labelOf).join(', ')
      await editServices(command, cli, client, services, (known) => withReplicas(known, 0), {
        what: `stop ${labels}`,
        done: `Stopped ${labels}`,
      })
      const words = services.map(again).filter((word) => word !== '')
      if (!wantsJson(command) && words.length > 0 && command.opts<{ plan?: boolean }>().plan !== true)
        cli.stdout.write(`Start again with: coterie scale ${words.join(' ')}\n`)
    })
}
