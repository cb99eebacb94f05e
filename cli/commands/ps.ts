import type { Writable } from 'node:stream'
import type { PublishedPorts, Service, Task, Tasks } from '../../protocols/control/index.ts'
import { CoterieError } from '../../protocols/errors/index.ts'
import { type CommandModule, clientOf, wantsJson } from '../cli.ts'
import { type EndedOptions, endedTable, parseAge, readEnded } from '../ended-tasks.ts'
import { duration, jsonLine, painted, plain, table } from '../output.ts'
import { findServices, labelOf } from '../service-name.ts'

interface PsOptions extends EndedOptions {
  readonly all?: boolean
}

export const ps: CommandModule = (command, cli) => {
  command
    .argument('[name]', 'a service or a project; all without it')
    .option('-a, --all', 'the tasks that ended, newest first, instead of those that run')
    .option('--project <project>', 'with --all: of this project alone')
    .option('--since <age>', 'with --all: those that ended in that time, such as 2d, 12h or 30m', parseAge)
    .addHelpText(
      'after',
      `
One line for each slot. A slot that no task holds is unassigned, with the reason.

Examples:
  coterie ps
  coterie ps shop/web
  coterie ps --all --project shop --since 2d
  coterie ps --json | jq -r '.tasks[] | select(.state == "failed").task'`,
    )
    .action(async (name: string | undefined, { all = false, ...asked }: PsOptions) => {
      const client = clientOf(command, cli)
      if (!all && (asked.project ?? asked.since) !== undefined)
        throw new CoterieError('usageWrong', { detail: '--project and --since go with --all' })
      if (all) {
        const ended = await readEnded(client, name, asked)
        cli.stdout.write(wantsJson(command) ? jsonLine(ended) : endedTable(ended, name, cli.stdout))
        return
      }
      const [{ services: known }, tasks, published] = await Promise.all([
        client.call('GET /v1/services'),
        client.call('GET /v1/tasks'),
        client.call('GET /v1/ports'),
      ])
      const services = name === undefined ? known : findServices(known, name)
      const wanted = only(tasks, services, name === undefined)
      if (wantsJson(command)) {
        cli.stdout.write(jsonLine({ services, ...wanted }))
        return
      }
      const rows = services.flatMap((service) => rowsOf(service, wanted, cli.stdout))
      cli.stdout.write(
        rows.length === 0
          ? 'Nothing is deployed. Deploy a Compose file with coterie deploy.\n'
          : table(['SERVICE', 'SLOT', 'STATE', 'NODE', 'SINCE', 'PORTS', 'URL', 'REASON'], rows) +
              services.map(updateLine).join(''),
      )
      for (const line of services.flatMap((service) => portNotes(service, published)))
        cli.stdout.write(`${plain(line)}\n`)
    })
}

/** How far an update is that is not simply completed. */
const updateLine = ({ update, ...service }: Service): string =>
  update === null || update.state === 'completed'
    ? ''
    : `${labelOf(service)} is ${update.state}: ${plain(update.reason)}\n`

/** The tasks of these services; those of services that are being removed too where all are wanted. */
const only = ({ tasks, waiting }: Tasks, services: readonly Service[], all: boolean): Tasks => {
  const objects = new Set(services.map(({ object }) => object))
  const isWanted = ({ object }: { readonly object: string }) => all || objects.has(object)
  return { tasks: tasks.filter(isWanted), waiting: waiting.filter(isWanted) }
}

const rowsOf = (service: Service, { tasks, waiting }: Tasks, stream: Writable): string[][] => {
  const label = labelOf(service)
  const held = tasks.filter(({ object }) => object === service.object)
  const reasons = new Map(
    waiting.filter(({ object }) => object === service.object).map(({ slot, reason }) => [slot, reason]),
  )
  const slots = [...new Set([...held.map(({ slot }) => slot), ...reasons.keys()])].sort((a, b) => a - b)
  if (slots.length === 0) return [[label, '-', '-', '-', '-', '-', service.url ?? '-', emptyReason(service)]]
  return slots.map((slot) => {
    const task = held.find((candidate) => candidate.slot === slot)
    const told = task === undefined ? [] : notesOf(task)
    const reason = [...told, ...(reasons.has(slot) ? [reasons.get(slot) as string] : [])]
      .map(plain)
      .join('; ')
    const url = service.url ?? '-'
    if (task === undefined)
      return [label, String(slot), painted('unassigned', stream), '-', '-', '-', url, reason]
    return [label, String(slot), stateOf(task, stream), task.name, since(task), portsOf(task), url, reason]
  })
}

/** With what its check says of it, where that is not all well. */
const stateOf = ({ state, health }: Task, stream: Writable): string =>
  health === null || health === 'healthy'
    ? painted(state, stream)
    : `${painted(state, stream)} (${painted(health, stream)})`

/** Published ports of a service that are not answered everywhere, a line each. */
const portNotes = (service: Service, { ports }: PublishedPorts): string[] =>
  ports
    .filter(({ object }) => object === service.object)
    .flatMap(({ port, protocol, by, held }) => {
      const name = `The port ${port}/${protocol} of ${labelOf(service)}`
      if (by !== null)
        return [`${name} is answered nowhere: ${by.replace(/^service\//, '')} published it before`]
      return held.map((node) => `${name} is not answered on ${node.name}: ${node.problem}`)
    })

const emptyReason = ({ replicas }: Service): string =>
  replicas === 0 ? 'no replicas are wanted' : 'the leader has not placed it yet'

const notesOf = ({ problem, outdated, attempt, pull }: Task): string[] => [
  ...(outdated ? ['another revision'] : []),
  ...(attempt > 1 ? [`attempt ${attempt}`] : []),
  ...(pull === null ? [] : [`pulls its image: ${share(pull)}`]),
  ...(problem === null ? [] : [problem.message]),
]

const share = ({ doneBytes, totalBytes }: NonNullable<Task['pull']>): string =>
  `${Math.floor((100 * doneBytes) / Math.max(1, totalBytes))} %`

/** Clocks of other nodes may be ahead of this one's. */
const since = ({ sinceMs }: Task): string =>
  sinceMs === null ? '-' : duration(Math.max(0, Date.now() - sinceMs))

const portsOf = ({ ports }: Task): string =>
  ports.map(({ host, port, target, protocol }) => `${host}:${port}->${target}/${protocol}`).join(' ') || '-'
