import type { KeptRevision, ServiceDetail } from '../../protocols/control/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { describeFields } from '../conflicts/describe-conflict.ts'
import { ID_LENGTH } from '../conflicts/find-conflict.ts'
import { duration, jsonLine, plain, table } from '../output.ts'
import { findService, labelOf } from '../service-name.ts'

export const history: CommandModule = (command, cli) => {
  command
    .argument('<service>', 'its name, or project/name where that is ambiguous')
    .option('-q, --quiet', 'only the ids of the revisions')
    .addHelpText(
      'after',
      `
The last ten revisions, newest first; the star marks the one that counts. coterie rollback goes back to any of them.

Examples:
  coterie history web
  coterie history shop/web -q | tail -1`,
    )
    .action(async (name: string, { quiet = false }: { quiet?: boolean }) => {
      const client = clientOf(command, cli)
      const { project, name: called } = findService((await client.call('GET /v1/services')).services, name)
      const params = { project, name: called }
      const answer = await client.call('GET /v1/services/:project/:name', { params })
      if (wantsJson(command)) cli.stdout.write(jsonLine(answer))
      else if (quiet) cli.stdout.write(answer.history.map(({ revision }) => `${revision}\n`).join(''))
      else
        cli.stdout.write(
          table(['REVISION', 'WRITTEN BY', 'AGO', 'CHANGES'], answer.history.map(rowIn(answer)), cli.stdout),
        )
    })
}

const rowIn =
  ({ service }: ServiceDetail) =>
  ({ revision, written, spec, fields }: KeptRevision): string[] => {
    const id = `${revision.slice(0, ID_LENGTH)}${revision === service.revision ? '*' : ''}`
    if (written === null) return [id, '-', '-', 'not arrived here yet']
    const ago = duration(Math.max(0, Date.now() - written.writtenAtMs))
    const changes = spec === null ? `removes ${labelOf(service)}` : describeFields(fields)
    return [id, `${written.name} (${plain(written.via)})`, ago, changes]
  }
