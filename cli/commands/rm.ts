import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { confirm } from '../confirm.ts'
import { acceptanceError } from '../deploy/deploy.ts'
import { describeAccepted } from '../deploy/report.ts'
import { jsonLine } from '../output.ts'
import { findServices, labelOf } from '../service-name.ts'

export const rm: CommandModule = (command, cli) => {
  command
    .argument('<name>', 'a service, or a project with all its services; shop/ is always a project')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
Examples:
  coterie rm web
  coterie rm shop/web -y
  coterie rm shop/`,
    )
    .action(async (name: string, { yes = false }: { yes?: boolean }) => {
      const client = clientOf(command, cli)
      const { services } = await client.call('GET /v1/services')
      const found = findServices(services, name)
      const labels = found.map(labelOf).join(', ')
      await confirm(command, cli, { what: `remove ${labels}`, yes })
      const body = {
        // All of one project, since a name leads to one service or one project.
        project: found[0]?.project as string,
        changes: [],
        remove: found.map((service) => ({ name: service.name })),
        via: 'cli' as const,
      }
      const answer = await client.call('POST /v1/apply', { body })
      if (wantsJson(command)) cli.stdout.write(jsonLine(answer))
      else cli.stderr.write(describeAccepted(answer))
      const error = acceptanceError(answer)
      if (error !== null) throw error
      if (!wantsJson(command)) cli.stdout.write(`Removed ${labels}.\n`)
    })
}
