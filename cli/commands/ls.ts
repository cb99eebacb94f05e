import type { Service } from '../../protocols/control/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { ID_LENGTH } from '../conflicts/find-conflict.ts'
import { jsonLine, table } from '../output.ts'
import { findServices, labelOf } from '../service-name.ts'

export const ls: CommandModule = (command, cli) => {
  command
    .argument('[service|project]', 'only that one, or those of the project; shop/ is always a project')
    .option('-q, --quiet', 'only the names')
    .addHelpText(
      'after',
      `
One line for each service; coterie ps has one for each of its slots.

Examples:
  coterie ls
  coterie ls shop/ -q`,
    )
    .action(async (name: string | undefined, { quiet = false }: { quiet?: boolean }) => {
      const { services: known } = await clientOf(command, cli).call('GET /v1/services')
      const services = name === undefined ? known : findServices(known, name)
      if (wantsJson(command)) cli.stdout.write(jsonLine({ services }))
      else if (quiet) cli.stdout.write(services.map((service) => `${labelOf(service)}\n`).join(''))
      else if (services.length === 0)
        cli.stdout.write('Nothing is deployed. Deploy a Compose file with coterie deploy.\n')
      else
        cli.stdout.write(
          table(['SERVICE', 'RUNNING', 'IMAGE', 'PORTS', 'REVISION', 'URL'], services.map(row), cli.stdout),
        )
    })
}

const row = (service: Service): string[] => {
  const { running, replicas, image, ports, revision, conflicts, url } = service
  const published = ports.map(({ published, target, protocol }) =>
    published === null ? `${target}/${protocol}` : `${published}->${target}/${protocol}`,
  )
  const open = conflicts === 0 ? '' : ` (${conflicts} in conflict)`
  return [
    labelOf(service),
    `${running} of ${replicas ?? '?'}`,
    image ?? '-',
    published.join(' ') || '-',
    `${revision.slice(0, ID_LENGTH)}${open}`,
    url ?? '-',
  ]
}
