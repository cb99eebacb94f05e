import type { Service, Tasks } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { type EndedOptions, endedTable, parseAge, readEnded } from '../ended-tasks.ts'
import { findNode } from '../node-name.ts'
import { jsonLine } from '../output.ts'
import { describePorts } from '../ps/describe-ports.ts'
import { describeSlots } from '../ps/describe-slots.ts'
import { type Shown, watch } from '../ps/watch.ts'
import { findServices } from '../service-name.ts'

interface PsOptions extends EndedOptions {
  readonly all?: boolean
  readonly watch?: boolean
  readonly quiet?: boolean
  readonly node?: string
}

export const ps: CommandModule = (command, cli) => {
  command
    .argument('[service|project]', 'only that one, or those of the project; all without it')
    .option('-w, --watch', 'show it anew with each change, until Ctrl-C')
    .option('--node <node>', 'only what that member runs')
    .option('-q, --quiet', 'only the ids of the tasks')
    .option('-a, --all', 'the tasks that ended, newest first, instead of those that run')
    .option('--project <project>', 'with --all: of this project alone')
    .option('--since <age>', 'with --all: those that ended in that time, such as 2d, 12h or 30m', parseAge)
    .addHelpText(
      'after',
      `
One line for each slot. A slot that no task holds is unassigned, with the reason. A program that ends soon after each start is
in a crash loop, whatever it does at the moment.

Examples:
  coterie ps
  coterie ps shop/web --watch
  coterie ps --node attic -q
  coterie ps --all --project shop --since 2d
  coterie ps --json | jq -r '.tasks[] | select(.state == "failed").task'`,
    )
    .action(async (name: string | undefined, { all = false, ...asked }: PsOptions) => {
      const client = clientOf(command, cli)
      const json = wantsJson(command)
      if (!all && (asked.project ?? asked.since) !== undefined)
        throw new CoterieError('usageWrong', { detail: '--project and --since go with --all' })
      if (all) {
        if (asked.watch || asked.quiet || asked.node !== undefined)
          throw new CoterieError('usageWrong', { detail: '--watch, --node and -q do not go with --all' })
        const ended = await readEnded(client, name, asked)
        cli.stdout.write(json ? jsonLine(ended) : endedTable(ended, name, cli.stdout))
        return
      }
      const look = async (): Promise<Shown> => {
        const [{ services: known }, tasks, published, { nodes }] = await Promise.all([
          client.call('GET /v1/services'),
          client.call('GET /v1/tasks'),
          client.call('GET /v1/ports'),
          asked.node === undefined ? { nodes: [] } : client.call('GET /v1/nodes'),
        ])
        const node = asked.node === undefined ? null : findNode(nodes, asked.node).id
        const found = name === undefined ? known : findServices(known, name)
        const wanted = only(tasks, found, { isAll: name === undefined, node })
        const services = node === null ? found : found.filter((service) => isOfAny(service, wanted))
        const key = jsonLine({ services, ...wanted })
        if (json) return { key, text: key }
        if (asked.quiet) return { key, text: wanted.tasks.map(({ task }) => `${task}\n`).join('') }
        const text = describeSlots(services, wanted, cli.stdout) + describePorts(services, published)
        return { key: key + jsonLine(published), text }
      }
      if (asked.watch) await watch(client, cli, look)
      else cli.stdout.write((await look()).text)
    })
}

interface Wanted {
  /** True where those of services that are being removed are wanted too. */
  readonly isAll: boolean
  /** Null for all of them. */
  readonly node: string | null
}

const only = ({ tasks, waiting }: Tasks, services: readonly Service[], { isAll, node }: Wanted): Tasks => {
  const objects = new Set(services.map(({ object }) => object))
  const isWanted = ({ object }: { readonly object: string }) => isAll || objects.has(object)
  const here = tasks.filter((task) => isWanted(task) && (node === null || task.node === node))
  const slots = new Set(here.map(({ object, slot }) => `${object}#${slot}`))
  const isHere = ({ object, slot }: Tasks['waiting'][number]) =>
    node === null || slots.has(`${object}#${slot}`)
  return { tasks: here, waiting: waiting.filter((wait) => isWanted(wait) && isHere(wait)) }
}

const isOfAny = ({ object }: Service, { tasks }: Tasks): boolean =>
  tasks.some((task) => task.object === object)
