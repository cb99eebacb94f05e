import { Option } from 'commander'
import { CoterieError } from '../../protocols/errors/index.ts'
import type { RestartPolicy, ServiceSpec } from '../../protocols/spec/index.ts'
import { type CommandModule, clientOf } from '../cli.ts'
import type { Client } from '../client.ts'
import { changeOptions } from '../deploy/change.ts'
import { editServices } from '../deploy/edit.ts'
import { findService, labelOf } from '../service-name.ts'

interface UpdateOptions {
  readonly pause?: boolean
  readonly resume?: boolean
  readonly image?: string
  readonly env: readonly string[]
  readonly envRm: readonly string[]
  readonly restart?: RestartPolicy
}

const RESTARTS: readonly RestartPolicy[] = ['no', 'on-failure', 'always', 'unless-stopped']

const gather = (word: string, before: readonly string[]): string[] => [...before, word]

export const update: CommandModule = (command, cli) => {
  changeOptions(command.argument('<service>', 'its name, or project/name where that is ambiguous'))
    .option('--pause', 'let the update that goes on wait; what runs is kept')
    .option('--resume', 'let it go on')
    .option('--image <image>', 'run this image')
    .option('--env <key=value>', 'set a variable; may be repeated', gather, [])
    .option('--env-rm <key>', 'take a variable away; may be repeated', gather, [])
    .addOption(new Option('--restart <policy>', 'what follows the end of a task').choices(RESTARTS))
    .addHelpText(
      'after',
      `
Makes a new revision from the present one, shows what differs, asks, and waits until it runs. What the Compose file says
counts again with the next coterie deploy.

Examples:
  coterie update web --image nginx:1.29
  coterie update shop/web --env LEVEL=debug --env-rm TRACE -y
  coterie update web --pause`,
    )
    .action(async (name: string, options: UpdateOptions) => {
      if (options.pause === true || options.resume === true) {
        await steer(clientOf(command, cli), name, options, (text) => cli.stdout.write(text))
        return
      }
      if (options.image === undefined && options.restart === undefined && noneOf(options))
        throw wrong('say what to change: --image, --env, --env-rm, --restart, --pause or --resume')
      const client = clientOf(command, cli)
      const service = findService((await client.call('GET /v1/services')).services, name)
      const label = labelOf(service)
      await editServices(command, cli, client, [service], ({ spec }) => updated(spec, options), {
        what: `update ${label}`,
        done: `Updated ${label}`,
      })
    })
}

const steer = async (
  client: Client,
  name: string,
  options: UpdateOptions,
  say: (text: string) => void,
): Promise<void> => {
  const { pause, resume, image, restart } = options
  if ((pause === true && resume === true) || image !== undefined || restart !== undefined || !noneOf(options))
    throw wrong('--pause and --resume go alone')
  const service = findService((await client.call('GET /v1/services')).services, name)
  const { update } = await client.call('POST /v1/services/:project/:name/update', {
    params: { project: service.project, name: service.name },
    body: { order: pause === true ? 'pause' : 'resume' },
  })
  say(`${labelOf(service)} is ${update.state}.\n`)
}

const wrong = (detail: string): CoterieError => new CoterieError('usageWrong', { detail })

const noneOf = ({ env, envRm }: UpdateOptions): boolean => env.length + envRm.length === 0

const updated = (spec: ServiceSpec, { image, env, envRm, restart }: UpdateOptions): ServiceSpec => {
  const environment = new Map(Object.entries(spec.environment))
  for (const key of envRm)
    if (!environment.delete(key)) throw wrong(`--env-rm ${key}: there is no such variable`)
  for (const pair of env) {
    const [, key, value] = /^([A-Za-z_][A-Za-z0-9_.-]*)=(.*)$/s.exec(pair) ?? []
    if (key === undefined || value === undefined) throw wrong(`--env takes KEY=VALUE, and not ${pair}`)
    environment.set(key, value)
  }
  return {
    ...spec,
    environment: Object.fromEntries(environment),
    ...(image !== undefined && { image }),
    ...(restart !== undefined && { restart }),
  }
}
