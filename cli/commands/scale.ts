import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf } from '../cli.ts'
import { changeOptions } from '../deploy/change.ts'
import { editServices, withReplicas } from '../deploy/edit.ts'
import { findService, labelOf } from '../service-name.ts'

/** As a spec bounds them; this file loads no schemas. */
const REPLICAS_MAX = 1000

export const scale: CommandModule = (command, cli) => {
  changeOptions(command.argument('<service=count...>', 'how many replicas each shall have; 0 stops it'))
    .addHelpText(
      'after',
      `
What the Compose file says counts again with the next coterie deploy.

Examples:
  coterie scale web=3
  coterie scale shop/web=2 shop/worker=8 -y`,
    )
    .action(async (words: string[]) => {
      const client = clientOf(command, cli)
      const { services } = await client.call('GET /v1/services')
      const wanted = words.map(wantedOf).map(({ name, replicas }) => ({
        service: findService(services, name),
        replicas,
      }))
      const counts = new Map(wanted.map(({ service, replicas }) => [service.object, replicas]))
      const labels = wanted.map(({ service, replicas }) => `${labelOf(service)} to ${replicas}`).join(', ')
      await editServices(
        command,
        cli,
        client,
        wanted.map(({ service }) => service),
        (known) => withReplicas(known, counts.get(known.service.object) ?? known.spec.replicas),
        { what: `scale ${labels}`, done: `Scaled ${labels}` },
      )
    })
}

/** `web=3`. @throws `usageWrong` */
const wantedOf = (word: string): { readonly name: string; readonly replicas: number } => {
  const [, name, count] = /^([^=]+)=(\d{1,4})$/.exec(word) ?? []
  const replicas = Number(count)
  if (name !== undefined && replicas <= REPLICAS_MAX) return { name, replicas }
  throw new CoterieError('usageWrong', {
    detail: `${word} is not of the form web=3, with at most ${REPLICAS_MAX} replicas`,
  })
}
